"""What the page loads at first is small; Uppy's Dashboard comes when it is wanted."""

import gzip

import pytest
from playwright.sync_api import expect

MOST_BYTES = 150_000


@pytest.fixture
def scripts(uploads):
    """The scripts that the page has loaded so far: name and compressed size."""
    loaded = {}

    def note(response):
        if response.request.resource_type == "script":
            loaded[response.url.rsplit("/", 1)[-1]] = len(gzip.compress(response.body(), 6))

    uploads.page.on("response", note)
    uploads.page.reload(wait_until="networkidle")
    return loaded


def test_the_first_load_is_small(scripts):
    assert scripts
    assert sum(scripts.values()) < MOST_BYTES


def test_the_recorder_is_loaded_when_it_is_wanted(uploads, scripts):
    at_first = dict(scripts)
    uploads.page.get_by_test_id("record").click()
    expect(uploads.page.locator(".uppy-Dashboard-inner")).to_be_visible(timeout=30_000)
    uploads.page.wait_for_load_state("networkidle")
    # The listener runs while Playwright waits for something.
    uploads.page.wait_for_function("() => new Promise(resolve => setTimeout(() => resolve(true), 500))")
    later = {name: size for name, size in scripts.items() if name not in at_first}
    assert sum(later.values()) > 50_000


def test_what_the_recorder_uploads_is_in_the_pages_list(uploads):
    uploads.page.get_by_test_id("record").click()
    window = uploads.page.locator(".uppy-Dashboard--modal")
    window.locator("input[type=file]").first.set_input_files(
        {"name": "recorded.txt", "mimeType": "text/plain", "buffer": b"spoken"}
    )
    window.locator(".uppy-StatusBar-actionBtn--upload").click()
    uploads.expect_stored("recorded.txt")
    expect(uploads.upload_of("recorded.txt")).to_have_attribute("data-state", "done")
    expect(uploads.page.get_by_test_id("upload-row")).to_have_count(1)


@pytest.mark.parametrize(("locale", "title"), [("de", "Mein Gerät"), ("ja", "マイデバイス")])
def test_the_recorder_speaks_the_pages_language(chromium, site, locale, title):
    page = chromium.new_page(locale=locale)
    page.goto(site.url)
    page.get_by_test_id("record").click()
    expect(page.locator(".uppy-Dashboard--modal").get_by_text(title).first).to_be_visible(timeout=30_000)
    page.close()


def test_the_recorder_that_cannot_be_loaded_says_so(uploads):
    uploads.page.route("**/assets/open-*.js", lambda route: route.abort())
    uploads.page.get_by_test_id("record").click()
    expect(uploads.page.get_by_test_id("notice")).to_contain_text("could not be loaded")


def test_camera_and_microphone_are_for_this_page_alone(uploads, site):
    headers = uploads.page.request.get(site.url).headers
    assert "camera=(self)" in headers["permissions-policy"]
    assert "microphone=(self)" in headers["permissions-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]
