"""A reverse proxy that names people: believed when it is ours, and nobody else is."""

import httpx
import pytest

PROXIED = {"X-Remote-User": "ann@example.org"}


@pytest.fixture(scope="module")
def proxied_site(prepared, run_site, ready):
    """A site whose proxy is this machine."""
    running = run_site(
        prepared(identity="proxy-header", identity_header="X-Remote-User", trusted_proxies="127.0.0.1 ::1")
    )
    ready(running)
    yield running
    running.end()


@pytest.fixture(scope="module")
def direct_site(prepared, run_site, ready):
    """A site whose proxy is elsewhere, so that every request of ours goes past it."""
    running = run_site(
        prepared(identity="proxy-header", identity_header="X-Remote-User", trusted_proxies="192.0.2.7")
    )
    ready(running)
    yield running
    running.end()


def test_people_have_their_own_files(api_of, proxied_site):
    ann, ben = (api_of(proxied_site, headers={"X-Remote-User": name}) for name in ("ann", "ben"))
    file = ann.upload(name="ann.txt")
    again = api_of(proxied_site, headers={"x-remote-user": "ann"})
    assert [one["name"] for one in again.get("/api/files").json()["files"]] == ["ann.txt"]
    assert ben.get("/api/files").json()["files"] == []
    assert ben.get(f"/api/files/{file['id']}").status_code == 404


def test_the_session_tells_the_name(api_of, proxied_site):
    api = api_of(proxied_site, headers={"X-Remote-User": "Ännchen".encode()})
    found = api.get("/api/session").json()
    assert (found["identity"], found["name"], found["sign_out_url"]) == ("proxy-header", "Ännchen", None)


def test_no_name_in_swift_shows_who_somebody_is(api_of, proxied_site, connection):
    api_of(proxied_site, headers=PROXIED).upload(name="x")
    container = proxied_site.environ["DIRECT_UPLOAD_CONTAINER"]
    names = [one["name"] for one in connection.get_container(container, prefix="files/")[1]]
    assert [name for name in names if name.endswith("/x")]
    assert not [name for name in names if "example.org" in name]


@pytest.mark.parametrize("headers", [{}, {"X-Remote-User": ""}, {"X-Remote-User": "x" * 256}])
def test_a_request_without_a_name_is_nobody_s(api_of, proxied_site, headers):
    answer = api_of(proxied_site, headers=headers).get("/api/files")
    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-needed")


def test_two_names_are_none(proxied_site):
    headers = [("X-Remote-User", "ann"), ("X-Remote-User", "ben")]
    assert httpx.get(f"{proxied_site.url}/api/files", headers=headers).status_code == 401


@pytest.mark.parametrize("more", [{}, {"X-Forwarded-For": "192.0.2.7"}, {"X-Real-IP": "192.0.2.7"}])
def test_past_the_proxy_nobody_is_let_in(api_of, direct_site, more):
    answer = api_of(direct_site, headers=PROXIED | more).get("/api/files")
    assert (answer.status_code, answer.json()["code"]) == (403, "not-through-proxy")


def test_past_the_proxy_the_health_is_told_all_the_same(direct_site):
    assert httpx.get(f"{direct_site.url}/healthz").status_code == 200


def test_elsewhere_the_header_means_nothing(site, api_of):
    """On a site with another identity."""
    first, second = (api_of(site, headers=PROXIED) for _ in range(2))
    first.upload()
    assert second.get("/api/files").json()["files"] == []
