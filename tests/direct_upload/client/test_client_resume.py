"""An upload that was ended, by a person, by kill -9 or by another program, goes on where it was."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from direct_upload.client import Busy, Interrupted, Patience, SourceChanged

MIB = 1 << 20
COMMAND = str(Path(sys.executable).with_name("direct-upload"))


def records(folder):
    return sorted((folder / "state" / "uploads").glob("*"))


@pytest.fixture
def interrupted(client_of, proxied_site, proxy, make_file):
    """A file of eight segments, of which some are stored: its client was stopped at the fifth."""
    client = client_of(proxied_site, connections=1)
    path = make_file(8 * MIB)
    proxy.rule = lambda _method, number, _nth: client.stop if number == 4 else None
    with pytest.raises(Interrupted):
        client.put(path)
    proxy.rule = lambda _method, _number, _nth: None
    proxy.begun.clear()
    return path


def test_only_what_is_missing_is_sent(interrupted, client_of, proxied_site, proxy, tmp_path):
    assert proxy.stored
    client = client_of(proxied_site)
    told = []
    stored = client.put(interrupted, on_progress=told.append)
    assert all(proxy.stored[number] == 1 for number in range(8))
    assert told[-1].moved_bytes == 8 * MIB
    # Two more may have been hashed ahead, and wait for their place, when the fifth is sent.
    assert told[-1].resumed_bytes >= 2 * MIB
    assert client.get(stored, tmp_path / "back").path.read_bytes() == interrupted.read_bytes()
    assert len(list(client.files())) == 1


def test_nothing_is_remembered_of_what_is_done(interrupted, client_of, proxied_site, tmp_path):
    assert [path.suffix for path in records(tmp_path)] == [".json"]
    client_of(proxied_site).put(interrupted)
    assert records(tmp_path) == []


def test_what_is_remembered_is_for_its_owner_only(interrupted, tmp_path):
    (record,) = records(tmp_path)
    assert record.stat().st_mode & 0o77 == 0
    assert record.parent.stat().st_mode & 0o77 == 0
    assert json.loads(record.read_bytes())["path"] == str(interrupted)


def test_another_content_begins_anew_and_the_old_segments_are_deleted(  # noqa: PLR0913, PLR0917 - fixtures
    interrupted, client_of, proxied_site, proxy, connection, tmp_path
):
    upload_id = json.loads(records(tmp_path)[0].read_bytes())["upload_id"]
    interrupted.write_bytes(bytes(2 * MIB))
    client_of(proxied_site).put(interrupted)
    assert proxy.begun == {("PUT", 0): 1, ("PUT", 1): 1}
    assert not [name for name in _segments(connection, proxied_site) if upload_id in name]


def _segments(connection, site):
    listing = connection.get_container(site.environ["DIRECT_UPLOAD_CONTAINER"], full_listing=True)[1]
    return [one["name"] for one in listing if one["name"].startswith("segments/")]


def test_an_upload_can_be_given_up(interrupted, client_of, proxied_site, tmp_path, connection):
    before = set(_segments(connection, proxied_site))
    client = client_of(proxied_site)
    assert client.discard(interrupted)
    assert records(tmp_path) == []
    assert set(_segments(connection, proxied_site)) < before
    assert not client.discard(interrupted)


def test_who_lost_the_cookie_begins_anew(interrupted, client_of, proxied_site, proxy, tmp_path):
    for path in (tmp_path / "state" / "sites").iterdir():
        path.unlink()
    client_of(proxied_site).put(interrupted)
    assert all(proxy.begun["PUT", number] == 1 for number in range(8))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}', '{"format": 1}'])
def test_a_record_that_can_not_be_read_is_none(interrupted, client_of, proxied_site, tmp_path, text):
    records(tmp_path)[0].write_text(text)
    assert client_of(proxied_site).put(interrupted).size == 8 * MIB


def test_an_upload_that_was_complete_when_it_was_forgotten_is_not_stored_twice(
    client_of, proxied_site, make_file, monkeypatch, tmp_path
):
    """As after a kill between the answer and what is done with it."""
    path = make_file(2 * MIB)
    client = client_of(proxied_site)
    with monkeypatch.context() as patch:
        patch.setattr("direct_upload.client.records.RecordFile.remove", lambda _self: None)
        first = client.put(path)
    assert len(records(tmp_path)) == 1
    assert client.put(path).id == first.id
    assert records(tmp_path) == []


def test_a_file_is_sent_by_one_program_at_a_time(client_of, proxied_site, proxy, make_file):
    path = make_file(2 * MIB)
    one, other = client_of(proxied_site), client_of(proxied_site)
    refused = []

    def put_too():
        with pytest.raises(Busy, match="another program") as busy:
            other.put(path)
        refused.append(busy.value)

    proxy.rule = lambda _method, number, nth: put_too if (number, nth) == (0, 1) else None
    one.put(path)
    assert len(refused) == 1
    assert len(list(one.files())) == 1


def test_a_file_that_changed_leaves_nothing_behind(  # noqa: PLR0913, PLR0917 - fixtures
    client_of, proxied_site, proxy, make_file, tmp_path, connection
):
    path = make_file(3 * MIB)
    before = set(_segments(connection, proxied_site))
    proxy.rule = lambda _method, number, nth: path.touch if (number, nth) == (2, 1) else None
    with pytest.raises(SourceChanged):
        client_of(proxied_site).put(path)
    assert records(tmp_path) == []
    assert set(_segments(connection, proxied_site)) == before


def test_after_ten_kills_the_eleventh_start_completes_it_and_sends_no_segment_a_third_time(  # noqa: PLR0913, PLR0917
    proxied_site, proxy, make_file, tmp_path, clean_environ, client_of, eventually
):
    """At ten random moments of one upload, each while segments are on their way."""
    path = make_file(64 * MIB)
    moments = random.Random(8)  # noqa: S311 - moments, no secrets
    environ = {**clean_environ, "XDG_STATE_HOME": str(tmp_path / "xdg")}
    arguments = [COMMAND, "put", str(path), "--to", proxied_site.url, "--segment-size", "1MiB"]
    for _ in range(10):
        before = sum(proxy.begun.values())
        with subprocess.Popen(
            [*arguments, "--limit-rate", "8MB"], env=environ, stdout=subprocess.DEVNULL
        ) as run:
            wanted = before + moments.randint(1, 9)
            eventually(lambda: sum(proxy.begun.values()) >= wanted)  # noqa: B023 - called in this round
            time.sleep(moments.uniform(0, 0.1))
            run.send_signal(signal.SIGKILL)
    ended = subprocess.run(arguments, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    sent = {number: count for (method, number), count in proxy.begun.items() if method == "PUT"}
    assert set(sent) == set(range(64))
    assert max(sent.values()) == 2
    assert set(proxy.stored.values()) == {1}
    file_id = ended.stdout.split()[0]
    client = client_of(proxied_site, state=tmp_path / "xdg" / "direct-upload", patience=Patience())
    assert client.get(file_id, tmp_path / "back").path.read_bytes() == path.read_bytes()
