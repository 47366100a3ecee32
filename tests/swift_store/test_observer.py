"""What an observer sees of the requests to Swift, and what it adds to them."""

import re
from contextlib import closing, contextmanager

import pytest

from swift_store.client import SwiftClient
from swift_store.credentials import credentials_from
from swift_store.errors import SwiftRefused, SwiftUnavailable
from swift_store.observer import SwiftObserver, operation_of

BASE = "https://swift.example/v1/AUTH_a"


@pytest.mark.parametrize(
    ("method", "url", "operation"),
    [
        ("GET", "https://swift.example/info", "get_info"),
        ("HEAD", BASE, "head_account"),
        ("POST", f"{BASE}?bulk-delete", "post_account"),
        ("PUT", f"{BASE}/c", "put_container"),
        ("GET", f"{BASE}/c?prefix=a/b/c/", "get_container"),
        ("PUT", f"{BASE}/c/o", "put_object"),
        ("HEAD", f"{BASE}/c/a/b/c", "head_object"),
        ("PUT", f"{BASE}/c/a/b?multipart-manifest=put", "put_manifest"),
        ("GET", f"{BASE}/c/o?multipart-manifest=get&format=raw", "get_manifest"),
    ],
)
def test_a_request_is_named_for_what_it_does_and_not_for_whose_it_is(method, url, operation):
    assert operation_of(method, url) == operation


class Watching(SwiftObserver):
    def __init__(self):
        self.seen = []

    def headers(self):
        return {"X-Trans-Id-Extra": "from-a-test"}

    @contextmanager
    def request(self, operation):
        try:
            yield lambda status, transaction: self.seen.append((operation, status, transaction))
        except Exception as error:
            self.seen.append((operation, type(error).__name__))
            raise


@pytest.fixture
def watching():
    return Watching()


@pytest.fixture
def client(swift, watching):
    with closing(
        SwiftClient(credentials_from(swift.environ), connections=1, timeout=10, observer=watching)
    ) as one:
        yield one


def test_each_request_is_seen_with_its_answer_and_swifts_own_name_for_it(client, container, watching):
    client.put_object(container, "a", b"x", content_type="text/plain")
    client.head_object(container, "missing")
    assert [one[:2] for one in watching.seen] == [("put_object", 201), ("head_object", 404)]
    assert all(re.fullmatch(r"tx[0-9a-f]+-[0-9a-f]+-from-a-test", one[2]) for one in watching.seen)


def test_a_refusal_tells_the_transaction_by_which_swifts_log_knows_it(client):
    with pytest.raises(SwiftRefused, match=r"transaction tx\S+-from-a-test"):
        client.put_object("nowhere", "a", b"x", content_type="text/plain")


def test_each_attempt_that_nobody_answers_is_seen(swift, relay_to, watching):
    relay = relay_to(swift.auth_url)
    address = {"ST_AUTH": f"http://127.0.0.1:{relay.port}/auth/v1.0"}
    credentials = credentials_from(swift.environ | address)
    with closing(SwiftClient(credentials, connections=1, timeout=10, observer=watching)) as client:
        client.head_container("nowhere")
        watching.seen.clear()
        relay.cut()
        with pytest.raises(SwiftUnavailable):
            client.head_container("nowhere")
    assert watching.seen == [("head_container", "ConnectionError")] * 2
