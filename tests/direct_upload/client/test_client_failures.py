"""What the network and the storage do to a segment: what may pass is repeated, the rest is told."""

import os
import signal
import threading
from dataclasses import replace

import pytest

from direct_upload.client import (
    Busy,
    Client,
    ClientError,
    Damaged,
    Item,
    NotSignedIn,
    Outcome,
    SourceChanged,
    StorageRefused,
    Unreachable,
)

MIB = 1 << 20


def once(action, segment=1):
    """A rule: the first PUT of the segment meets ACTION."""
    return lambda method, number, nth: action if (method, number, nth) == ("PUT", segment, 1) else None


def always(action, segment=1):
    return lambda method, number, _nth: action if (method, number) == ("PUT", segment) else None


@pytest.mark.parametrize(
    "action", [401, 408, 422, 429, 498, 500, 502, 503, 507, "reset", "lost", "stall", "flip"]
)
def test_what_happens_once_to_a_segment_costs_one_more_attempt_at_most(
    client, make_file, proxy, tmp_path, action
):
    proxy.rule = once(action)
    path = make_file(3 * MIB)
    stored = client.put(path)
    sent = proxy.begun["PUT", 1]
    assert sent == (1 if action == "lost" else 2)
    assert proxy.begun["PUT", 0] == proxy.begun["PUT", 2] == 1
    proxy.forget()
    assert client.get(stored, tmp_path / "back").path.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("action", [400, 403, 404, 413])
def test_what_never_passes_is_told_at_once(client, make_file, proxy, action):
    proxy.rule = always(action)
    with pytest.raises(StorageRefused) as refused:
        client.put(make_file(3 * MIB))
    assert refused.value.status == action
    assert proxy.begun["PUT", 1] == 1
    assert list(client.files()) == []


@pytest.mark.parametrize(
    ("action", "kind"),
    [(503, StorageRefused), (401, StorageRefused), ("reset", Unreachable), ("flip", StorageRefused)],
    ids=str,
)
def test_what_does_not_pass_is_told_after_a_while(client, make_file, proxy, action, kind):
    proxy.rule = always(action)
    with pytest.raises(kind):
        client.put(make_file(3 * MIB))
    assert proxy.begun["PUT", 1] >= 3
    assert list(client.files()) == []


def test_an_upload_that_failed_goes_on_where_it_was(client, make_file, proxy):
    proxy.rule = always(413)
    path = make_file(5 * MIB)
    with pytest.raises(StorageRefused):
        client.put(path)
    proxy.rule = lambda _method, _number, _nth: None
    client.put(path)
    assert all(count == 1 for count in proxy.stored.values())
    assert set(proxy.stored) >= {0, 1, 2, 3, 4}


def test_a_segment_that_is_lost_before_completing_is_sent_again(client, make_file, proxy, connection):
    """As when somebody with a still valid signature overwrites it."""
    path = make_file(3 * MIB)
    original = client._site.complete
    calls = []

    def complete(commit, stopping):
        if not calls:
            calls.append(commit)
            container = next(
                one["name"]
                for one in connection.get_account()[1]
                if one["name"].startswith("site-")
                and any(
                    commit.upload_id in found["name"] for found in connection.get_container(one["name"])[1]
                )
            )
            names = [
                one["name"]
                for one in connection.get_container(container)[1]
                if commit.upload_id in one["name"]
            ]
            connection.put_object(container, names[0], b"something else")
            connection.delete_object(container, names[2])
        return original(commit, stopping)

    client._site.complete = complete
    assert client.put(path).size == 3 * MIB
    assert [proxy.stored[number] for number in range(3)] == [2, 1, 2]


@pytest.mark.parametrize("change", ["append", "shrink", "replace", "delete", "touch"])
def test_a_file_that_changes_while_it_is_sent_is_an_error_and_nothing_is_visible(
    client, make_file, proxy, change
):
    path = make_file(4 * MIB)
    proxy.rule = lambda method, number, nth: (
        (lambda: CHANGES[change](path)) if (method, number, nth) == ("PUT", 3, 1) else None
    )
    with pytest.raises(SourceChanged, match=r"data\.bin"):
        client.put(path)
    assert list(client.files()) == []


def _append(path):
    with path.open("ab") as file:
        file.write(b"more")


def _replace(path):
    path.unlink()
    path.write_bytes(b"other")


CHANGES = {
    "append": _append,
    "shrink": lambda path: os.truncate(path, 3 * MIB + 5),
    "replace": _replace,
    "delete": lambda path: path.unlink(),
    "touch": lambda path: path.touch(),
}


def test_a_change_that_the_file_system_does_not_tell_is_noticed_when_a_segment_is_sent_again(
    client, make_file, proxy
):
    path = make_file(2 * MIB)
    times = path.stat()

    def change():
        with path.open("r+b") as file:
            file.seek(MIB + MIB // 2)
            file.write(b"changed")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        return 503

    proxy.rule = once(change)
    with pytest.raises(SourceChanged):
        client.put(path)
    assert list(client.files()) == []


def test_a_site_that_is_not_there_is_told_with_its_address(client_of):
    class Nowhere:
        url = "http://127.0.0.1:9"

    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9 can't be reached"):
        list(client_of(Nowhere).files())


def test_a_server_that_is_no_site_is_told(client_of, swift):
    class Other:
        url = swift.storage_url

    with pytest.raises(ClientError):
        list(client_of(Other).files())


def test_an_address_that_is_none_is_told():
    with pytest.raises(ClientError, match="no address"):
        Client("upload.example.org", state=None)


def test_a_wrong_token_is_told(client_of, proxied_site):
    with pytest.raises(NotSignedIn):
        list(client_of(proxied_site, token="du_wrong").files())


def test_a_site_that_comes_back_is_waited_for(client, make_file, proxied_site, proxy):
    proxy.rule = once(lambda: proxied_site.process.send_signal(signal.SIGSTOP), segment=0)
    timer = threading.Timer(2.5, proxied_site.process.send_signal, [signal.SIGCONT])
    timer.start()
    assert client.put(make_file(2 * MIB)).size == 2 * MIB
    timer.join()


def test_a_stored_file_that_is_another_is_deleted_again(client, make_file, monkeypatch):
    original = client._site.complete

    def complete(commit, stopping):
        return replace(original(commit, stopping), etag="0" * 32)

    monkeypatch.setattr(client._site, "complete", complete)
    with pytest.raises(Damaged):
        client.put(make_file(10))
    assert list(client.files()) == []


def test_outcomes_say_what_failed(client, tmp_path):
    item = Item(tmp_path / "missing", "missing")
    (outcome,) = client.put_all([item])
    assert isinstance(outcome, Outcome)
    assert outcome.stored is None
    assert "No such file" in str(outcome.error)


@pytest.mark.parametrize("error", [ValueError("enough"), BrokenPipeError()], ids=["its own", "a pipe's"])
def test_what_an_observer_raises_ends_the_upload_and_is_no_network_error(
    client, make_file, proxy, eventually, error
):
    path = make_file(8 * MIB)

    def observe(progress):
        if progress.moved_bytes:
            raise error

    with pytest.raises(type(error)):
        client.put(path, on_progress=observe)
    # What was under way is called off, and ends when its requests do.
    eventually(lambda: _is_put(client, path))
    assert set(proxy.begun.values()) <= {1, 2}
    assert set(proxy.stored.values()) == {1}


def _is_put(client, path):
    try:
        return client.put(path)
    except Busy:
        return False


@pytest.mark.parametrize("error", [ValueError("enough"), BrokenPipeError()], ids=["its own", "a pipe's"])
def test_what_an_observer_raises_ends_the_download_and_is_no_network_error(  # noqa: PLR0913, PLR0917 - fixtures
    client_of, proxied_site, make_file, proxy, tmp_path, error
):
    client = client_of(proxied_site, max_bytes_per_second=MIB)
    stored = client.put(make_file(MIB))
    proxy.begun.clear()

    def observe(progress):
        if progress.moved_bytes:
            raise error

    with pytest.raises(type(error)):
        client.get(stored, tmp_path / "back", on_progress=observe)
    assert proxy.begun["GET", None] == 1


def test_observers_are_called_by_the_thread_that_puts(client, make_file):
    callers = set()
    items = [Item(make_file(5 * MIB, name), name) for name in ("a", "b", "c")]
    for outcome in client.put_all(items, lambda _: callers.add(threading.current_thread())):
        assert outcome.error is None
    assert callers == {threading.current_thread()}


def test_who_stops_to_iterate_calls_off_what_is_under_way(client, make_file, proxy, eventually):
    sizes = (10, 5 * MIB, 5 * MIB + 1)
    items = [Item(make_file(size, str(size)), str(size)) for size in sizes]
    is_over = threading.Event()
    proxy.rule = lambda _method, number, _nth: (lambda: is_over.wait() and None) if number == 4 else None
    outcomes = client.put_all(items)
    assert next(outcomes).stored
    outcomes.close()
    is_over.set()
    eventually(lambda: not [one for one in threading.enumerate() if one.name.startswith("conductor")])
    assert [file.name for file in client.files()] == ["10"]
