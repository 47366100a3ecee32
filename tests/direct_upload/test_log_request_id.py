"""A request's id: in its answer, in every line of the log about it, and in Swift's own log."""

import re

import httpx
import pytest

from direct_upload import request_id

HEX = re.compile("[0-9a-f]{32}")


@pytest.fixture(scope="module")
def site(prepared, run_site, relay, ready):
    """A site that takes whoever asks from this machine for its own proxy."""
    running = run_site(prepared(relay, swift_timeout="1", log_json="1", trusted_proxies="127.0.0.0/8 ::1"))
    ready(running)
    yield running
    running.end()


@pytest.mark.parametrize(
    ("given", "is_believed", "taken"),
    [
        ("abc.DEF_1-2", True, True),
        ("a" * 64, True, True),
        ("a" * 65, True, False),
        ("", True, False),
        ("a b", True, False),
        ("a\nb", True, False),
        ('a"b', True, False),
        ("é", True, False),
        ("one,two", True, False),
        (None, True, False),
        ("abc", False, False),
    ],
)
def test_an_id_is_taken_from_who_is_believed_and_when_it_is_sound(given, is_believed, taken):
    chosen = request_id.chosen(given, is_believed=is_believed, randomness=lambda size: b"\xab" * size)
    assert chosen == (given if taken else "ab" * 16)


def test_an_answer_has_the_id_that_the_proxy_gave_or_a_new_one(api):
    given = api.get("/healthz", headers={"X-Request-ID": "from-the-proxy.1"})
    assert given.headers["x-request-id"] == "from-the-proxy.1"
    made = [api.get("/healthz").headers["x-request-id"] for _ in range(2)]
    assert all(HEX.fullmatch(one) for one in made)
    assert made[0] != made[1]
    unsound = api.get("/healthz", headers={"X-Request-ID": "one two"}).headers["x-request-id"]
    assert HEX.fullmatch(unsound)


def test_a_strangers_id_is_not_believed(plain_site):
    answer = httpx.get(f"{plain_site.url}/healthz", headers={"X-Request-ID": "a-strangers"})
    assert HEX.fullmatch(answer.headers["x-request-id"])


@pytest.fixture(scope="module")
def plain_site(prepared, run_site):
    """A site without proxies; it need not reach Swift."""
    running = run_site(prepared(log_json="0"))
    yield running
    running.end()


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nothing"), ("POST", "/api/uploads"), ("PATCH", "/api/uploads"), ("GET", "/api/files?limit=x")],
)
def test_a_refusal_names_the_request_in_its_body_and_its_header(api, method, path):
    refused = api.request(method, path, headers={"X-Request-ID": "refused-1"})
    assert refused.status_code >= 400
    assert refused.json()["request_id"] == refused.headers["x-request-id"] == "refused-1"


def test_every_line_about_a_request_has_its_id(api, site, relay, log_lines, eventually):
    relay.cut()
    answer = api.get("/api/files", headers={"X-Request-ID": "while-cut"})
    relay.mend()
    assert answer.status_code == 503

    def lines():
        return [line for line in log_lines(site) if line.get("request_id") == "while-cut"]

    eventually(lambda: len(lines()) >= 2)
    assert {line["name"] for line in lines()} >= {"direct_upload.access", "direct_upload.core.faults"}


def test_a_log_of_text_has_the_id_before_the_message(plain_site, eventually):
    made = httpx.get(f"{plain_site.url}/healthz").headers["x-request-id"]
    eventually(lambda: f"INFO {made} GET /healthz 200" in plain_site.log)


def test_what_swift_refuses_is_logged_with_its_transaction_which_ends_in_the_requests_id(
    api, site, connection, log_lines, eventually
):
    connection.delete_container(site.environ["DIRECT_UPLOAD_CONTAINER"])
    answer = api.get("/api/files", headers={"X-Request-ID": "to-nowhere"})
    assert answer.json()["code"] == "storage-refused"

    def messages():
        return " ".join(line["message"] for line in log_lines(site))

    eventually(
        lambda: re.search(r"answered 404 .*, transaction tx[0-9a-f]+-[0-9a-f]+-to-nowhere", messages())
    )
