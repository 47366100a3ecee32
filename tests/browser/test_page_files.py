"""The table of stored files: search, order, pages, pictures, and deletion that can be taken back."""

import base64
import json
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import expect

# A picture of one red pixel.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
)


def named(name, content=b"some bytes", kind="text/plain"):
    return {"name": name, "mimeType": kind, "buffer": content}


def names(page):
    return page.get_by_test_id("file-name").all_text_contents()


@contextmanager
def many_files(page, count):
    """The page, reloaded with a list of `count` files, which a stand-in for the site gives in pages."""
    files = [
        {
            "id": f"{number:06}",
            "name": f"scan/page {number}.tif",
            "size": number,
            "type": "image/tiff",
            "etag": "0",
            "created_at": "2026-11-22T10:00:00Z",
            "download_url": f"/files/{number:06}",
        }
        for number in reversed(range(count))
    ]

    def answer(route):
        query = httpx.URL(route.request.url).params
        begin = next((at + 1 for at, file in enumerate(files) if file["id"] == query.get("after")), 0)
        shown = files[begin : begin + int(query["limit"])]
        has_more = begin + len(shown) < count
        route.fulfill(body=json.dumps({"files": shown, "next": shown[-1]["id"] if has_more else None}))

    page.route("**/api/files?*", answer)
    page.reload()
    yield page
    page.unroute("**/api/files?*")


def test_files_are_found_by_name_and_put_in_order(uploads):
    sizes = {"Été.txt": 30, "page 10.txt": 20, "page 9.txt": 10}
    uploads.choose(*(named(name, b"x" * size) for name, size in sizes.items()))
    for name in sizes:
        uploads.expect_stored(name)
    page = uploads.page
    page.get_by_test_id("sort-name").click()
    expect(page.get_by_test_id("file-name")).to_have_text(["Été.txt", "page 9.txt", "page 10.txt"])
    page.get_by_test_id("sort-size").click()
    expect(page.get_by_test_id("file-name")).to_have_text(["Été.txt", "page 10.txt", "page 9.txt"])
    expect(page.get_by_role("columnheader", name="Size")).to_have_attribute("aria-sort", "descending")
    page.get_by_test_id("file-search").fill("ete")
    expect(page.get_by_test_id("file-name")).to_have_text(["Été.txt"])
    expect(page.get_by_test_id("files-summary")).to_have_text("1 of 3 found")
    page.get_by_test_id("file-search").fill("nowhere")
    expect(page.get_by_test_id("files-none")).to_contain_text("“nowhere”")


def test_a_folder_keeps_its_shape(uploads, tmp_path):
    folder = tmp_path / "holiday"
    (folder / "day 1").mkdir(parents=True)
    (folder / "day 1" / "beach.txt").write_text("sand")
    uploads.page.get_by_test_id("folder-input").set_input_files(folder)
    row = uploads.stored("beach.txt")
    expect(row).to_contain_text("holiday/day 1/beach.txt")
    saved, name = uploads.download("beach.txt", tmp_path)
    assert (saved.read_text(), name) == ("sand", "beach.txt")


def test_thousands_of_files_are_searched_and_paged(uploads):
    with many_files(uploads.page, 2345) as page:
        expect(page.get_by_test_id("files-summary")).to_have_text("2,345 files")
        expect(page.get_by_test_id("files-range")).to_have_text("1\N{EN DASH}50 of 2,345")
        assert len(names(page)) == 50
        page.get_by_test_id("files-next").click()
        expect(page.get_by_test_id("files-range")).to_have_text("51\N{EN DASH}100 of 2,345")
        page.get_by_test_id("file-search").fill("page 1234")
        expect(page.get_by_test_id("file-name")).to_have_text(["page 1234.tif"])


def test_more_files_than_the_page_searches_are_told(uploads):
    with many_files(uploads.page, 10_500) as page:
        expect(page.get_by_text("Only the newest 10,000 files are shown and searched.")).to_be_visible()
        page.get_by_test_id("files-more").click()
        expect(page.get_by_test_id("files-summary")).to_have_text("10,500 files")


def test_a_deletion_can_be_taken_back(uploads):
    uploads.choose(named("kept.txt"), named("other.txt"))
    uploads.expect_stored("kept.txt")
    uploads.expect_stored("other.txt")
    sent = []
    uploads.page.on("request", lambda request: sent.append(request.method))
    uploads.stored("kept.txt").get_by_test_id("file-delete").click()
    expect(uploads.stored("kept.txt")).to_have_count(0)
    expect(uploads.page.get_by_test_id("undo-bar")).to_contain_text("“kept.txt” deleted")
    uploads.page.get_by_test_id("undo").click()
    uploads.expect_stored("kept.txt")
    expect(uploads.page.get_by_test_id("undo-bar")).to_have_count(0)
    assert "DELETE" not in sent


def test_a_deletion_is_sent_when_the_time_to_undo_is_over(uploads):
    uploads.page.clock.install()
    uploads.page.reload()
    uploads.choose(named("gone.txt"))
    uploads.page.clock.run_for(5000)
    uploads.expect_stored("gone.txt")
    with uploads.page.expect_request(lambda request: request.method == "DELETE"):
        uploads.stored("gone.txt").get_by_test_id("file-delete").click()
        uploads.page.clock.run_for(11_000)


@pytest.mark.parametrize("leave", ["reload", "close"])
def test_a_deletion_is_sent_when_the_page_is_left(uploads, site, eventually, leave):
    uploads.choose(named("left.txt"))
    uploads.expect_stored("left.txt")
    cookies = {each["name"]: each["value"] for each in uploads.page.context.cookies()}
    uploads.stored("left.txt").get_by_test_id("file-delete").click()
    expect(uploads.stored("left.txt")).to_have_count(0)
    uploads.page.reload() if leave == "reload" else uploads.page.close(run_before_unload=True)
    with httpx.Client(base_url=site.url, cookies=cookies) as client:
        eventually(lambda: client.get("/api/files").json()["files"] == [])


def test_a_file_that_cannot_be_deleted_comes_back_with_the_reason(uploads):
    uploads.choose(named("stays.txt"))
    uploads.expect_stored("stays.txt")
    problem = {"code": "storage-unavailable", "detail": "Away.", "status": 503}
    uploads.page.route(
        "**/api/files/*",
        lambda route: route.fulfill(status=503, content_type="application/problem+json", json=problem),
    )
    uploads.stored("stays.txt").get_by_test_id("file-delete").click()
    # As when the page is left, and this one stays nevertheless.
    uploads.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    expect(uploads.page.get_by_test_id("file-error")).to_contain_text("The storage does not answer.")


def test_a_picture_is_looked_at_and_nothing_else(uploads):
    uploads.choose(named("red.png", PNG, "image/png"), named("script.svg", b"<svg/>", "image/svg+xml"))
    uploads.expect_stored("red.png")
    uploads.expect_stored("script.svg")
    expect(uploads.stored("script.svg").get_by_test_id("file-preview")).to_have_count(0)
    button = uploads.stored("red.png").get_by_test_id("file-preview")
    button.click()
    picture = uploads.page.get_by_test_id("preview-image")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    uploads.page.keyboard.press("Escape")
    expect(picture).to_have_count(0)
    expect(button).to_be_focused()


def test_a_list_that_cannot_be_had_says_why_and_can_be_asked_again(uploads):
    page = uploads.page
    page.route("**/api/files?*", lambda route: route.abort())
    page.reload()
    expect(page.get_by_test_id("files-error")).to_contain_text("The network failed")
    page.unroute("**/api/files?*")
    page.get_by_test_id("files-more").click()
    expect(page.get_by_test_id("files-empty")).to_be_visible()


def test_nonsense_in_the_storage_keeps_no_page_from_starting(uploads):
    uploads.page.add_init_script("sessionStorage.setItem('direct-upload.deleting', '{nonsense')")
    uploads.page.reload()
    expect(uploads.page.get_by_test_id("files-empty")).to_be_visible()
