"""The MD5 worker may be missing or crippled: no upload waits for it for ever."""

from playwright.sync_api import expect

WORKER = "**/md5.worker*"
PATIENCE_MS = 60_000
FILE = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"some bytes"}


def answer_the_worker(page, url, answer):
    """Open the page, with requests for the worker's script answered so."""
    page.route(WORKER, answer)
    with page.expect_request(WORKER):
        page.goto(url)


def test_a_worker_that_could_not_be_loaded_is_loaded_later(uploads, site):
    answer_the_worker(uploads.page, site.url, lambda route: route.abort())
    uploads.choose(FILE)
    expect(uploads.upload_of("notes.txt")).to_contain_text("Trying again", timeout=PATIENCE_MS)
    uploads.page.unroute(WORKER)
    uploads.expect_stored("notes.txt")


def forbid_webassembly(route):
    answer = route.fetch()
    route.fulfill(response=answer, headers=answer.headers | {"content-security-policy": "script-src 'self'"})


def test_a_policy_that_forbids_webassembly_fails_uploads_at_once(chromium, site):
    page = chromium.new_page()
    answer_the_worker(page, site.url, forbid_webassembly)
    page.get_by_test_id("file-input").set_input_files([FILE])
    row = page.get_by_test_id("upload-row")
    expect(row).to_have_attribute("data-state", "failed", timeout=PATIENCE_MS)
    expect(row.get_by_test_id("upload-error")).to_contain_text("Reload it")
    page.close()
