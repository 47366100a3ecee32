"""The client for Swift when all goes well, and when it doesn't: lost tokens, dead and frozen clusters."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from swift_store.dev import EmbeddedSwift
from swift_store.errors import SwiftRefused, SwiftUnavailable


@pytest.fixture
def relay(relay_to, swift):
    return relay_to(swift.auth_url)


def test_a_cluster_tells_where_the_account_is_and_what_it_can_do(client, swift):
    cluster = client.cluster()
    assert cluster.storage_url == swift.storage_url == cluster.origin + cluster.account_path
    assert {"sha256", "sha512"} <= set(cluster.tempurl_digests)
    assert cluster.max_object_bytes >= 1 << 20


def test_what_is_missing_is_none(client, container):
    assert client.head_container("nowhere") is None
    assert client.head_object(container, "nothing") is None
    assert client.segments_of(container, "nothing") == []


def test_an_object_is_put_and_looked_at(client, container):
    etag = client.put_object(
        container, "é/1", b"hello", content_type="text/plain", headers={"X-Object-Meta-A": "1"}
    )
    head = client.head_object(container, "é/1")
    assert (head["etag"], head["content-type"], head["x-object-meta-a"]) == (etag, "text/plain", "1")
    assert client.segments_of(container, "é/1") == []


def test_a_listing_is_paged_in_both_directions(client, container):
    for name in "abcd":
        client.put_object(container, f"p/{name}", b"", content_type="a/b")

    def names(**options):
        return [entry["name"][2:] for entry in client.list_objects(container, prefix="p/", **options)]

    assert names(limit=2) == ["a", "b"]
    assert names(limit=9, marker="p/b") == ["c", "d"]
    assert names(limit=2, reverse=True) == ["d", "c"]
    assert names(limit=9, marker="p/c", reverse=True) == ["b", "a"]


def test_bulk_delete_takes_any_names_and_does_not_mind_the_missing(client, container):
    odd = ["a b", "é日", "%2F", "a?b#c", "x/y"]
    for name in odd:
        client.put_object(container, name, b"", content_type="a/b")
    client.bulk_delete([f"/{container}/{name}" for name in [*odd, "missing"]])
    assert client.list_objects(container, prefix="", limit=10) == []
    client.bulk_delete([f"/{container}/missing"])


def test_an_error_within_a_bulk_delete_s_200_is_an_error(client, container):
    client.put_object(container, "a", b"", content_type="a/b")
    with pytest.raises(SwiftUnavailable, match="1 errors"):
        client.bulk_delete([f"/{container}"])


def test_a_refusal_has_swift_s_status_and_words(client, container):
    with pytest.raises(SwiftRefused) as refused:
        client.put_object(container, "x" * 1025, b"", content_type="a/b")
    assert refused.value.status == 400
    assert b"1025" in refused.value.body


def test_connections_are_reused(client_for, swift, relay, container):
    client = client_for(swift, port=relay.port, connections=1)
    client.head_container(container)
    before = relay.connections
    for number in range(20):
        client.put_object(container, str(number), b"x" * 1000, content_type="a/b")
        client.list_objects(container, prefix="", limit=10)
    assert relay.connections == before


def test_connections_are_bounded_however_many_threads_want_one(client_for, swift, relay, container):
    # Two: swiftclient signs in over a connection of its own.
    client = client_for(swift, port=relay.port, connections=2)
    with ThreadPoolExecutor(12) as threads:
        list(threads.map(lambda _: client.head_container(container), range(60)))
    assert relay.most_open <= 2 * 2
    assert relay.connections <= 2 * 2


def test_who_gets_no_connection_in_time_is_told_that_swift_is_busy(client_for, swift, container):
    client = client_for(swift, connections=1, timeout=1)
    held, release = threading.Event(), threading.Event()

    def body():
        held.set()
        release.wait(20)
        yield b"x"

    slow = threading.Thread(
        target=client.put_object, args=(container, "slow", body()), kwargs={"content_type": "a/b"}
    )
    slow.start()
    assert held.wait(20)
    with pytest.raises(SwiftUnavailable, match="busy"):
        client.head_container(container)
    release.set()
    slow.join()


def test_a_dead_swift_is_unavailable_and_a_living_one_is_found_again(client_for, swift, relay, container):
    client = client_for(swift, port=relay.port)
    client.head_container(container)
    relay.cut()
    for _ in range(3):
        with pytest.raises(SwiftUnavailable):
            client.head_container(container)
    relay.mend()
    assert client.head_container(container) is not None


def test_a_swift_that_was_never_there_is_unavailable(client_for, swift, relay):
    relay.cut()
    with pytest.raises(SwiftUnavailable):
        client_for(swift, port=relay.port).cluster()


def test_a_frozen_swift_is_unavailable_and_goes_on_afterwards(client_for, swift, container):
    client = client_for(swift, timeout=1)
    client.put_object(container, "a", b"1", content_type="a/b")
    os.kill(swift.pid, signal.SIGSTOP)
    try:
        with pytest.raises(SwiftUnavailable):
            client.head_object(container, "a")
    finally:
        os.kill(swift.pid, signal.SIGCONT)
    client.put_object(container, "b", b"22", content_type="a/b")
    assert client.head_object(container, "a")["content-length"] == "1"
    assert client.head_object(container, "b")["content-length"] == "2"


def test_a_wrong_key_is_a_refusal_and_does_not_show(client_for, swift):
    class Stranger:
        environ = {**swift.environ, "ST_KEY": "wrong-key"}  # noqa: RUF012 - made for one test

    with pytest.raises(SwiftRefused) as refused:
        client_for(Stranger).cluster()
    assert refused.value.status == 401
    assert "wrong-key" not in str(refused.value)


def test_a_lost_token_is_renewed(client_for, tmp_path):
    """A restarted cluster knows its objects, but no token from before."""
    with EmbeddedSwift(tmp_path, background_seconds=0) as cluster:
        port = int(cluster.auth_url.split(":")[2].split("/")[0])
        client = client_for(cluster)
        client.put_container("c", {})
        client.put_object("c", "before", b"1", content_type="a/b")
    with EmbeddedSwift(tmp_path, port, background_seconds=0):
        assert client.head_object("c", "before")["content-length"] == "1"
        client.put_object("c", "after", b"2", content_type="a/b")
        names = [entry["name"] for entry in client.list_objects("c", prefix="", limit=9)]
    assert names == ["after", "before"]
