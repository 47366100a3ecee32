"""Who is signed in, as the page shows it; and what it says when nobody is any more."""

from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import expect

NAME = "Ann Example"
HEADER = "X-Remote-User"
REFUSAL = {
    "code": "sign-in-needed",
    "detail": "Sign in.",
    "status": 401,
    "title": "Sign in",
    "type": "about:blank",
}
NOBODY = {"identity": "oidc", "name": None, "sign_in_url": "/auth/sign-in", "sign_out_url": None}


@pytest.fixture
def named_site(own_site, eventually):
    """A site behind a proxy that names people."""
    own_site.stop()
    own_site.environ |= {
        "DIRECT_UPLOAD_IDENTITY": "proxy-header",
        "DIRECT_UPLOAD_IDENTITY_HEADER": HEADER,
        "DIRECT_UPLOAD_TRUSTED_PROXIES": "127.0.0.1",
    }
    own_site.start()
    eventually(lambda: httpx.get(f"{own_site.url}/readyz").status_code == 200)
    return own_site


@contextmanager
def answering(page, path, **answer):
    """The page, with an answer that a stand-in for the site gives meanwhile."""
    page.route(path, lambda route: route.fulfill(**answer))
    yield
    page.unroute(path)


def test_a_visitor_without_an_account_sees_nothing_of_it(uploads):
    expect(uploads.page.get_by_test_id("files-empty")).to_be_visible()
    for part in ("who", "sign-in", "sign-out"):
        expect(uploads.page.get_by_test_id(part)).to_have_count(0)


def test_the_page_says_whom_the_proxy_names_until_it_names_nobody(named_site, chromium):
    context = chromium.new_context()
    page = context.new_page()
    page.set_extra_http_headers({HEADER: NAME})
    page.goto(named_site.url)
    expect(page.get_by_test_id("who")).to_contain_text(f"Signed in as {NAME}")
    expect(page.get_by_test_id("sign-out")).to_have_count(0)
    expect(page.get_by_test_id("files-empty")).to_be_visible()
    page.set_extra_http_headers({})
    page.get_by_test_id("file-input").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"some bytes"}
    )
    expect(page.get_by_test_id("sign-in-needed")).to_contain_text("You are not signed in any more.")
    expect(page.get_by_test_id("upload-row")).to_have_attribute("data-state", "failed")
    expect(page.get_by_test_id("who")).to_have_count(0)
    # Behind a proxy, opening the page anew is the way to its sign-in.
    page.set_extra_http_headers({HEADER: NAME})
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_test_id("who")).to_contain_text(NAME)
    context.close()


def test_uploads_go_on_by_themselves_when_somebody_has_signed_in_elsewhere(uploads):
    page = uploads.page
    with (
        answering(page, "**/api/uploads*", status=401, json=REFUSAL),
        answering(page, "**/api/session", json=NOBODY),
    ):
        uploads.choose({"name": "a.txt", "mimeType": "text/plain", "buffer": b"some bytes"})
        expect(page.get_by_test_id("sign-in-needed")).to_be_visible()
        expect(uploads.upload_of("a.txt")).to_have_attribute("data-state", "failed")
    with answering(page, "**/api/session", json=NOBODY | {"name": NAME, "sign_in_url": None}):
        page.evaluate("dispatchEvent(new FocusEvent('focus'))")
        uploads.expect_stored("a.txt")
        expect(page.get_by_test_id("sign-in-needed")).to_be_empty()


def test_signing_out_leads_where_the_site_says(uploads, site):
    page = uploads.page
    signed_in = NOBODY | {"name": NAME, "sign_in_url": None, "sign_out_url": "/auth/sign-out"}
    asked = []
    page.on("request", lambda request: asked.append((request.method, request.url)))
    with (
        answering(page, "**/api/session", json=signed_in),
        answering(page, "**/auth/sign-out", json={"location": "/healthz?signed-out"}),
    ):
        page.reload()
        page.get_by_test_id("sign-out").click()
        page.wait_for_url(f"{site.url}/healthz?signed-out")
    assert ("POST", f"{site.url}/auth/sign-out") in asked


def test_signing_in_comes_back_to_this_page(uploads, site):
    page = uploads.page
    with (
        answering(page, "**/api/session", json=NOBODY),
        answering(page, "**/auth/sign-in?*", body="the provider"),
    ):
        page.reload()
        page.get_by_test_id("sign-in").click()
        page.wait_for_url(f"{site.url}/auth/sign-in?next=%2F")
