"""What people see, and can do, when something goes wrong in the middle."""

from contextlib import closing

import swiftclient
from playwright.sync_api import expect

MIB = 1 << 20
PATIENCE_MS = 60_000


def hold_segments(page):
    """Stop segments on their way to Swift until the returned function is called."""
    held = []
    page.route("**/segments/**", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it

    def release():
        for route in held:
            route.continue_()
        page.unroute("**/segments/**")

    return release


def is_put(request, segment):
    return request.method == "PUT" and f"/{segment}?" in request.url


def refuse(route):
    if route.request.method == "PUT":
        route.fulfill(status=403, body="no")
    else:
        route.continue_()


def test_the_site_may_be_killed_in_the_middle(own_uploads, own_site, make_file, digest, tmp_path):
    source = make_file("film.bin", 100 * MIB)
    release = hold_segments(own_uploads.page)
    with own_uploads.page.expect_request("**/segments/**"):
        own_uploads.choose(source)
    own_site.kill()
    release()
    # Segments need no own_site. The commit does; the page waits for it without being asked.
    row = own_uploads.upload_of("film.bin")
    expect(row).to_have_attribute("data-state", "verifying", timeout=PATIENCE_MS)
    own_site.start()
    own_uploads.expect_stored("film.bin")
    stored, _ = own_uploads.download("film.bin", tmp_path)
    assert digest(stored) == digest(source)


def test_a_file_that_fails_says_why_and_can_be_retried(uploads, make_file, digest, tmp_path):
    source = make_file("film.bin", 70 * MIB)
    sent, held = [], []
    page = uploads.page
    page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    page.route("**/00000001?*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    with page.expect_response(lambda answer: is_put(answer.request, "00000000")):
        uploads.choose(source)
    # Only now, when the first segment is stored: a refusal stops the others.
    page.route("**/00000001?*", refuse)
    for route in held:
        refuse(route)
    row = uploads.upload_of("film.bin")
    expect(row).to_have_attribute("data-state", "failed", timeout=PATIENCE_MS)
    expect(row.get_by_test_id("upload-error")).not_to_be_empty()
    page.unroute("**/00000001?*")
    first_segment = [url for url in sent if "/00000000?" in url]
    row.get_by_test_id("upload-retry").click()
    uploads.expect_stored("film.bin")
    stored, _ = uploads.download("film.bin", tmp_path)
    assert digest(stored) == digest(source)
    # What Swift had already was not sent again.
    assert [url for url in sent if "/00000000?" in url] == first_segment


def test_a_corrupted_segment_is_sent_again(uploads, make_file, digest, tmp_path):
    source = make_file("film.bin", 40 * MIB)
    sent = []

    def corrupt_once(route):
        if route.request.method == "PUT":
            sent.append(route.request)
        if len(sent) == 1 and route.request is sent[0]:
            route.fulfill(response=route.fetch(post_data=b"not what the page sent"))
        else:
            route.continue_()

    uploads.page.route("**/00000000?*", corrupt_once)
    uploads.choose(source)
    uploads.expect_stored("film.bin")
    stored, _ = uploads.download("film.bin", tmp_path)
    assert digest(stored) == digest(source)
    assert len(sent) == 2


def test_cancel_leaves_nothing_behind(own_uploads, own_site, big_swift, make_file, eventually):
    release = hold_segments(own_uploads.page)
    own_uploads.choose(make_file("film.bin", 100 * MIB))
    row = own_uploads.upload_of("film.bin")
    expect(row).to_have_attribute("data-state", "uploading", timeout=PATIENCE_MS)
    row.get_by_test_id("upload-cancel").click()
    expect(row).to_have_attribute("data-state", "cancelled")
    release()
    container = own_site.environ["DIRECT_UPLOAD_CONTAINER"]
    with closing(swiftclient.Connection(big_swift.auth_url, big_swift.user, big_swift.key)) as connection:
        eventually(lambda: connection.get_container(container)[1] == [])


def test_a_file_that_is_too_large_says_so(chromium, own_site, make_file):
    own_site.stop()
    own_site.environ["DIRECT_UPLOAD_MAX_FILE_SIZE"] = "1MiB"
    own_site.start()
    page = chromium.new_page()
    page.goto(own_site.url)
    page.get_by_test_id("file-input").set_input_files(make_file("too large.bin", 2 * MIB))
    expect(page.get_by_test_id("upload-error")).to_contain_text("at most 1.0 MB", timeout=PATIENCE_MS)
    page.close()
