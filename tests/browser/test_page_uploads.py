"""What people see of their uploads, and can do with them."""

import re

import pytest
from playwright.sync_api import expect

MIB = 1 << 20
PATIENCE_MS = 60_000


def named(name, content=b"some bytes"):
    return {"name": name, "mimeType": "text/plain", "buffer": content}


def status(row):
    return row.get_by_test_id("upload-status")


def state_of(row, state):
    expect(row).to_have_attribute("data-state", state, timeout=PATIENCE_MS)


def held(page, what="**/segments/**"):
    """Keep these requests until the returned function is called."""
    routes = []
    page.route(what, lambda route: routes.append(route))  # noqa: PLW0108 - Playwright marks it

    def release():
        for route in routes:
            route.continue_()
        page.unroute(what)

    return release


def transfer(page, name):
    """A data transfer with one file, as a drop or a paste brings it; the page listens by then."""
    expect(page.get_by_test_id("choose-files")).to_be_visible()
    return page.evaluate_handle(
        """name => { const data = new DataTransfer();
                     data.items.add(new File(["brought"], name, {type: "text/plain"}));
                     return data; }""",
        name,
    )


def test_progress_of_each_and_of_all_is_shown(uploads, make_file):
    page = uploads.page
    network = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 20 * MIB}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", network)
    uploads.choose(make_file("film.bin", 60 * MIB))
    row = uploads.upload_of("film.bin")
    expect(status(row)).to_contain_text(
        re.compile(r"MB of 62\.9 MB · .*MB/s · \d+ sec left"), timeout=PATIENCE_MS
    )
    expect(page.get_by_test_id("total-progress")).to_have_attribute(
        "aria-valuetext", re.compile(r"^\d+%, 0 of 1")
    )
    assert re.match(r"\d+% · Direct Upload", page.title())
    uploads.expect_stored("film.bin")
    expect(status(row)).to_have_text("62.9 MB · Stored and verified")
    expect(page.get_by_test_id("upload-summary")).to_have_text("1 of 1 file stored")


def test_all_are_paused_and_resumed(uploads, make_file, digest, tmp_path):
    page = uploads.page
    release = held(page)
    source = make_file("film.bin", 40 * MIB)
    uploads.choose(source, make_file("notes.txt", 10))
    rows = [uploads.upload_of(name) for name in ("film.bin", "notes.txt")]
    state_of(rows[0], "uploading")
    page.get_by_test_id("pause-all").click()
    for row in rows:
        state_of(row, "paused")
    release()
    page.get_by_test_id("resume-all").click()
    for row in rows:
        state_of(row, "done")
    stored, _ = uploads.download("film.bin", tmp_path)
    assert digest(stored) == digest(source)


def test_all_are_cancelled_after_a_question(uploads):
    page = uploads.page
    held(page)
    uploads.choose(named("a.txt"), named("b.txt"))
    page.get_by_test_id("cancel-all").click()
    page.get_by_test_id("cancel-all-keep").click()
    state_of(uploads.upload_of("a.txt"), "uploading")
    page.get_by_test_id("cancel-all").click()
    page.get_by_test_id("cancel-all-confirm").click()
    state_of(uploads.upload_of("a.txt"), "cancelled")
    state_of(uploads.upload_of("b.txt"), "cancelled")
    page.get_by_test_id("uploads-clear").click()
    expect(page.get_by_test_id("uploads")).to_have_count(0)


def test_a_failure_is_told_in_the_readers_language(chromium, site):
    page = chromium.new_page(locale="de")
    page.goto(site.url)
    page.route("**/segments/**", lambda route: route.fulfill(status=413, body="no"))
    page.get_by_test_id("file-input").set_input_files(named("a.txt"))
    expect(page.get_by_test_id("upload-error")).to_have_text(
        "Der Speicher hat keinen Platz für diese Datei.", timeout=PATIENCE_MS
    )
    page.close()


def test_a_wait_is_counted_down_and_can_be_cut_short(uploads):
    page = uploads.page
    page.route("**/segments/**", lambda route: route.abort())
    uploads.choose(named("a.txt"))
    row = uploads.upload_of("a.txt")
    expect(status(row)).to_contain_text(re.compile(r"Trying again in \d+ sec"), timeout=PATIENCE_MS)
    page.unroute("**/segments/**")
    row.get_by_test_id("upload-now").click()
    state_of(row, "done")


def test_an_upload_that_waits_for_the_network_says_so_and_goes_on(uploads):
    page = uploads.page
    release = held(page)
    uploads.choose(named("a.txt"))
    row = uploads.upload_of("a.txt")
    state_of(row, "uploading")
    page.context.set_offline(True)
    expect(status(row)).to_contain_text("Waiting for the network")
    expect(page.get_by_test_id("upload-summary")).to_contain_text("Waiting for the network")
    release()
    page.context.set_offline(False)
    state_of(row, "done")


def test_a_file_that_is_being_verified_says_so(uploads):
    release = held(uploads.page, "**/complete")
    uploads.choose(named("a.txt"))
    row = uploads.upload_of("a.txt")
    state_of(row, "verifying")
    expect(status(row)).to_have_text("10 bytes · Verifying")
    release()
    state_of(row, "done")


def test_a_speed_limit_is_kept(uploads, make_file):
    page = uploads.page
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "PUT" else None)
    uploads.choose(named("a.txt"))
    state_of(uploads.upload_of("a.txt"), "done")
    page.get_by_test_id("speed-limit").select_option(label="1 MB/s")
    uploads.choose(make_file("film.bin", 20 * MIB))
    expect(status(uploads.upload_of("film.bin"))).to_contain_text("MB/s", timeout=PATIENCE_MS)
    # Without a limit it would long be there: it is slowed down to twenty seconds.
    page.wait_for_timeout(3000)
    state_of(uploads.upload_of("film.bin"), "uploading")
    page.get_by_test_id("speed-limit").select_option(label="No limit")
    state_of(uploads.upload_of("film.bin"), "done")


def test_uploads_are_told_apart_by_what_they_need(uploads):
    page = uploads.page
    page.route("**/segments/**", lambda route: route.fulfill(status=403, body="no"))
    uploads.choose(named("bad.txt"))
    state_of(uploads.upload_of("bad.txt"), "failed")
    page.unroute("**/segments/**")
    uploads.choose(*(named(f"good {number}.txt") for number in range(8)))
    state_of(uploads.upload_of("good 7.txt"), "done")
    show = page.get_by_test_id("uploads-show")
    show.select_option("trouble")
    expect(page.get_by_test_id("upload-name")).to_have_text(["bad.txt"])
    show.select_option("finished")
    expect(page.get_by_test_id("upload-row")).to_have_count(8)


def test_the_whole_page_takes_what_is_dragged_over_it(uploads):
    page = uploads.page
    files = transfer(page, "dragged.txt")
    page.locator("body").dispatch_event("dragover", {"dataTransfer": files})
    expect(page.get_by_test_id("drop-overlay")).to_have_text("Let go to upload")
    page.locator("body").dispatch_event("drop", {"dataTransfer": files})
    expect(page.get_by_test_id("drop-overlay")).to_have_count(0)
    uploads.expect_stored("dragged.txt")


def test_a_pasted_file_is_taken_and_pasted_text_is_not(uploads):
    page = uploads.page
    page.evaluate(
        """data => document.body.dispatchEvent(new ClipboardEvent("paste",
                     {clipboardData: data, bubbles: true, cancelable: true}))""",
        transfer(page, "pasted.txt"),
    )
    uploads.expect_stored("pasted.txt")
    page.evaluate(
        """() => { const data = new DataTransfer(); data.setData("text/plain", "only words");
                   const paste = new ClipboardEvent("paste", {clipboardData: data, bubbles: true});
                   document.body.dispatchEvent(paste); }"""
    )
    expect(page.get_by_test_id("upload-row")).to_have_count(1)


def test_files_picked_with_handles_are_taken(uploads):
    page = uploads.page
    # Real handles of the page's own storage stand in for those of the picker, which only a person can answer.
    page.evaluate(
        """async () => {
          const root = await navigator.storage.getDirectory();
          const handle = await root.getFileHandle("picked.txt", {create: true});
          const stream = await handle.createWritable();
          await stream.write("picked");
          await stream.close();
          window.showOpenFilePicker = async () => [handle];
        }"""
    )
    page.get_by_test_id("choose-files").click()
    uploads.expect_stored("picked.txt")


@pytest.mark.parametrize("width", [320, 640, 1440])
def test_nothing_is_cut_off_however_wide_the_window(uploads, width):
    page = uploads.page
    held(page)
    uploads.choose(named("a" * 200 + ".txt"), named("b.txt"))
    state_of(uploads.upload_of("b.txt"), "uploading")
    page.set_viewport_size({"width": width, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = uploads.upload_of("b.txt").get_by_test_id("upload-cancel").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
