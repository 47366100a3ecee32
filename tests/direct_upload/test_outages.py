"""The site while Swift is away, frozen or comes late: quick 503s, signing goes on, nothing is lost."""

import os
import signal
import socket

import pytest

MIB = 1 << 20


@pytest.fixture
def away(relay):
    """A function that takes Swift away from the site; it comes back at the end of the test."""
    yield relay.cut
    relay.close()
    relay.mend()


@pytest.fixture
def frozen(swift):
    """A function that stops Swift in its tracks; it goes on at the end of the test."""
    yield lambda: os.kill(swift.pid, signal.SIGSTOP)
    os.kill(swift.pid, signal.SIGCONT)


def unavailable(answer):
    assert (answer.status_code, answer.json()["code"]) == (503, "storage-unavailable")
    assert int(answer.headers["retry-after"]) > 0
    return True


def test_without_swift_signing_goes_on_and_the_rest_says_503(api, away):
    file, upload = api.upload(), api.begin().send()
    away()
    assert api.begin(b"x" * MIB).renew().status_code == 200
    for answer in (
        upload.complete(),
        upload.discard(),
        api.get("/api/files"),
        api.get(f"/api/files/{file['id']}"),
        api.delete(f"/api/files/{file['id']}"),
        api.get(file["download_url"]),
    ):
        assert unavailable(answer)


def test_when_swift_is_back_everything_goes_on(api, relay, away):
    file, upload = api.upload(), api.begin().send()
    away()
    assert unavailable(upload.complete())
    relay.mend()
    assert upload.complete().status_code == 201
    assert {one["id"] for one in api.get("/api/files").json()["files"]} == {file["id"], upload.id}


def test_readiness_tells_what_is_wrong_and_health_does_not_depend_on_swift(api, away, eventually):
    assert api.get("/readyz").status_code == 200
    away()
    eventually(lambda: api.get("/readyz").status_code == 503)
    answer = api.get("/readyz")
    assert answer.json()["code"] == "not-ready"
    assert answer.headers["retry-after"]
    assert api.get("/healthz").json() == {"status": "alive"}


def test_who_asks_for_readiness_again_and_again_asks_swift_once(api, relay, eventually):
    costs = []

    def cost(times):
        before = relay.bytes
        for _ in range(times):
            assert api.get("/readyz").status_code == 200
        costs.append(relay.bytes - before)
        return costs[-1]

    eventually(lambda: cost(1))
    once = costs[-1]
    # What was seen gets old after two seconds, also in the middle of these.
    assert cost(50) < 10 * once


def test_a_frozen_swift_is_answered_for_in_the_time_that_the_settings_give(api, frozen):
    upload = api.begin().send()
    frozen()
    assert unavailable(api.get("/api/files"))
    assert unavailable(upload.discard())
    assert api.begin().renew().status_code == 200


def test_readiness_lists_what_the_container_lacks(api, connection, site, eventually):
    container = site.environ["DIRECT_UPLOAD_CONTAINER"]
    name = "X-Container-Meta-Access-Control-Allow-Origin"
    allowed = connection.head_container(container)[name.lower()]
    connection.post_container(container, {name: "http://other.example"})
    eventually(lambda: api.get("/readyz").status_code == 503)
    answer = api.get("/readyz")
    connection.post_container(container, {name: allowed})
    assert answer.json()["code"] == "not-ready"
    assert "does not allow uploads from http://localhost" in answer.json()["detail"]
    assert "direct-upload setup" in answer.json()["detail"]


def test_a_site_that_starts_before_swift_waits_for_it(  # noqa: PLR0913, PLR0917 - fixtures
    prepared, run_site, api_of, relay_to, swift, eventually
):
    relay = relay_to(swift.auth_url)
    environ = prepared(relay)
    relay.cut()
    running = run_site(environ)
    api = api_of(running)
    refused = api.post("/api/uploads", json={"name": "a", "size": 1, "type": "a/b"})
    assert (refused.status_code, refused.json()["code"]) == (503, "not-ready")
    page = api.swift.get(f"{running.url}/")
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert page.headers["refresh"] == page.headers["retry-after"]
    relay.mend()
    eventually(lambda: api.get("/readyz").status_code == 200)
    assert api.upload()["size"] == 1
    assert running.end() == 0


def test_a_client_that_hangs_up_in_mid_request_does_no_harm(api, site, frozen):
    port = int(site.url.rsplit(":", 1)[1])
    frozen()
    for _ in range(20):
        with socket.create_connection(("localhost", port)) as client:
            client.sendall(b"GET /api/files HTTP/1.1\r\nHost: x\r\n\r\n")
    assert api.get("/healthz").status_code == 200
