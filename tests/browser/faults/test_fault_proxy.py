"""The proxy does to a request what it is asked to do, and nothing to all others."""

import hashlib
import os
import threading

import httpx
import pytest

MIB = 1 << 20


@pytest.fixture
def put(proxy, connection, container):
    """A function that PUTs 4 MiB through the proxy, and says of what MD5; returns the answer's status."""
    storage_url, token = connection.get_auth()
    url = f"{proxy.url}/v1/{storage_url.rsplit('/', 1)[1]}/{container}/object"
    body = os.urandom(4 * MIB)
    headers = {"X-Auth-Token": token, "ETag": hashlib.md5(body, usedforsecurity=False).hexdigest()}

    def put(seconds=20.0):
        with httpx.Client(trust_env=False) as client:
            return client.put(url, content=body, headers=headers, timeout=seconds).status_code

    return put


def test_without_a_fault_everything_passes(put, proxy, eventually):
    assert [put(), put()] == [201, 201]
    assert proxy.puts == 2
    # The proxy notes an answer when it has passed it on: the client may be a moment earlier.
    eventually(lambda: proxy.answers == {201: 2})


def test_a_connection_is_reset_in_the_middle_of_one_request(put, proxy):
    proxy.reset(put=1, after=MIB)
    with pytest.raises(httpx.TransportError, match=r"disconnected|reset|closed"):
        put()
    assert put() == 201


def test_a_stalled_request_never_ends(put, proxy):
    proxy.stall(put=1, after=MIB)
    with pytest.raises(httpx.TimeoutException):
        put(seconds=0.5)
    assert put() == 201


def test_swift_finds_a_corrupted_byte(put, proxy):
    proxy.corrupt(put=1, at=3 * MIB)
    assert [put(), put()] == [422, 201]


def test_what_is_refused_never_reaches_swift(put, proxy):
    proxy.refuse()
    assert [put(), put()] == [503, 503]
    assert proxy.answers == {}
    proxy.mend()
    assert put() == 201


def test_a_held_request_arrives_when_it_is_let_go(put, proxy, eventually):
    release = proxy.hold(1)
    statuses = []
    waiting = threading.Thread(target=lambda: statuses.append(put()))
    waiting.start()
    eventually(lambda: proxy.puts == 1)
    assert statuses == []
    release()
    waiting.join()
    assert statuses == [201]
