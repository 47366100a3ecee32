"""What protects people: headers on every answer, cookies out of scripts' reach, no other site's requests."""

import re

import httpx
import pytest

from swift_store import same_origin
from swift_store.errors import Problem

OWN = ["https://site.example", "http://localhost:8765"]
ANSWERS = {
    "the page": ("GET", "/"),
    "the page's headers": ("HEAD", "/"),
    "a list": ("GET", "/api/files"),
    "health": ("GET", "/healthz"),
    "metrics": ("GET", "/metrics"),
    "the contract": ("GET", "/openapi.json"),
    "a refusal": ("POST", "/api/uploads"),
    "a wrong method": ("PUT", "/api/uploads"),
    "a wrong address": ("GET", "/nothing"),
    "a missing asset": ("GET", "/assets/nothing"),
    "a wrong method for an asset": ("POST", "/assets/nothing"),
}


def policy_of(answer):
    rules = (rule.split() for rule in answer.headers["content-security-policy"].split(";"))
    return {name: sources for name, *sources in rules}


@pytest.fixture(scope="module")
def web(site):
    """A client without rules and cookies."""
    with httpx.Client(base_url=site.url, verify=False) as client:  # noqa: S501 - plain HTTP
        yield client


@pytest.mark.parametrize(("method", "path"), ANSWERS.values(), ids=ANSWERS)
def test_every_answer_has_the_security_headers(web, method, path):
    answer = web.request(method, path)
    headers = answer.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "server" not in headers
    policy = policy_of(answer)
    assert policy["default-src"] == policy["frame-ancestors"] == ["'none'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:"} & set(policy.get("script-src", []))


def test_the_page_may_run_its_own_scripts_and_talk_to_swift_and_nothing_else(web, site):
    policy = policy_of(web.get("/"))
    assert set(policy["connect-src"]) == {"'self'", site.environ["DIRECT_UPLOAD_SWIFT_PUBLIC_URL"]}
    assert "'self'" in policy["script-src"]


def test_the_page_has_no_inline_script_or_style(web):
    page = web.get("/").text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bon\w+=|\bstyle=|javascript:", page)


def test_the_page_s_assets_are_kept_for_good_and_nothing_else_is_kept(web):
    assets = re.findall(r'(?:src|href)="[.]?(/assets/[^"]+)"', web.get("/").text)
    assert assets
    for path in assets:
        answer = web.get(path)
        assert (answer.status_code, answer.headers["x-content-type-options"]) == (200, "nosniff")
        assert "max-age=31536000" in answer.headers["cache-control"]
    for path in ("/", "/api/files", "/healthz", "/nothing"):
        assert web.get(path).headers["cache-control"] == "no-store"


def test_an_answer_is_never_not_modified(web):
    assert "etag" not in web.get("/healthz").headers
    assert web.get("/healthz", headers={"If-None-Match": "*"}).status_code == 200


def test_the_cookie_is_for_this_site_and_not_for_scripts(web):
    cookie = web.get("/api/files").headers["set-cookie"]
    name, *attributes = cookie.split("; ")
    assert name.startswith("direct-upload-owner=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert "Secure" not in attributes


def test_the_cookie_stays_the_same_owner(site, api):
    file = api.upload()
    cookie = dict(api.cookies)
    assert httpx.get(f"{site.url}/api/files", cookies=cookie).json()["files"] == [file]


@pytest.mark.parametrize("cookie", ["", "x", "é", "a.b", "ImEi.AAAA", '"quoted"'])
def test_a_cookie_that_we_did_not_sign_is_a_new_owner(web, cookie):
    header = f"direct-upload-owner={cookie}".encode()
    answer = web.get("/api/files", headers={"Cookie": header})
    assert (answer.status_code, answer.json()["files"]) == (200, [])
    assert "direct-upload-owner=" in answer.headers["set-cookie"]


def test_the_cookie_is_set_again_for_who_looks_and_not_for_each_upload(api):
    assert "set-cookie" in api.get("/api/files").headers
    begun = api.post("/api/uploads", json={"name": "a", "size": 1, "type": "text/plain"})
    assert (begun.status_code, "set-cookie" in begun.headers) == (201, False)


def test_over_https_the_cookie_is_secure_and_for_this_host_only(prepared, run_site):
    environ = prepared(origins="https://upload.example.org")
    running = run_site(environ)
    assert running.url == "https://upload.example.org"
    web = httpx.get(f"http://localhost:{environ['DIRECT_UPLOAD_PORT']}/api/files")
    name, *attributes = web.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-direct-upload-owner=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert not any(attribute.startswith("Domain") for attribute in attributes)
    assert running.end() == 0


# Sec-Fetch-Site, Origin, and whether a POST is let in.
SITES = [
    (None, None, True),
    ("same-origin", None, True),
    ("same-origin", "https://site.example", True),
    ("none", None, True),
    (None, "https://site.example", True),
    (None, "http://localhost:8765", True),
    ("cross-site", None, False),
    ("cross-site", "https://site.example", False),
    ("same-site", "https://other.site.example", False),
    ("same-site", None, False),
    ("", None, False),
    ("Same-Origin", None, False),
    (None, "https://evil.example", False),
    (None, "http://site.example", False),
    (None, "https://site.example:444", False),
    (None, "https://site.example.evil.example", False),
    (None, "null", False),
    (None, "", False),
]


@pytest.mark.parametrize(("fetch_site", "origin", "let_in"), SITES)
def test_who_may_change_something(fetch_site, origin, let_in):
    if let_in:
        same_origin.check("POST", fetch_site, origin, OWN)
        return
    with pytest.raises(Problem) as refused:
        same_origin.check("POST", fetch_site, origin, OWN)
    assert refused.value.code == "cross-site"


@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT", "PATCH", "X"])
def test_no_changing_method_is_open_to_other_sites(method):
    with pytest.raises(Problem):
        same_origin.check(method, "cross-site", None, OWN)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_is_free(method):
    same_origin.check(method, "cross-site", "https://evil.example", OWN)


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_another_site_s_page_changes_nothing(api, relay, headers):
    upload = api.begin().send()
    before = relay.bytes
    answers = [
        api.post("/api/uploads", json={"name": "a", "size": 1, "type": "a/b"}, headers=headers),
        api.post(f"/api/uploads/{upload.id}/complete", json={"ticket": upload.ticket}, headers=headers),
        api.post(f"/api/uploads/{upload.id}/renew", json={"ticket": upload.ticket}, headers=headers),
        api.delete(f"/api/uploads/{upload.id}", headers=headers | {"Upload-Ticket": upload.ticket}),
        api.delete(f"/api/files/{upload.id}", headers=headers),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "cross-site")] * 5
    assert relay.bytes == before
    assert upload.complete().status_code == 201


def test_the_site_s_own_page_is_let_in(api, site):
    headers = {"Origin": site.url, "Sec-Fetch-Site": "same-origin"}
    assert (
        api.post("/api/uploads", json={"name": "a", "size": 1, "type": "a/b"}, headers=headers).status_code
        == 201
    )


def test_answers_to_other_sites_carry_no_permission_to_read_them(web):
    answer = web.get("/api/files", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control-")]
