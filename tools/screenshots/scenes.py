"""The scenes of the pictures. Each gets a page that was just opened, and leaves it as it is to be seen."""

from playwright.sync_api import expect

from tools.screenshots.stage import MIB, PATIENCE_MS, Stage

SEGMENTS = "**/segments/**"
STORED = {
    "Interview, full length.mp4": 41 * MIB,
    "Bericht 2026.pdf": 2 * MIB,
    "measurements.csv": 300_000,
}
UNDER_WAY = {"Aerial survey.tif": 48 * MIB, "Concert recording.wav": 36 * MIB}


def empty(stage: Stage) -> None:
    expect(stage.page.get_by_test_id("files-empty")).to_be_visible()


def stored(stage: Stage) -> None:
    stage.choose(STORED)
    stage.choose_folder("Holiday 2026", {"Day 1/Fête du village, août.txt": 5 * MIB})
    stage.choose_painting("Evening over the hills.jpg")
    stage.wait_for_stored(5)
    stage.clear()


def uploading(stage: Stage) -> None:
    stored(stage)
    stage.limit_upload(3 * MIB)
    stage.choose(UNDER_WAY)
    stage.page.wait_for_timeout(8000)


def states(stage: Stage) -> None:
    """One upload in each state that a single visit can show at the same time."""
    stage.choose({"Stored.pdf": 2 * MIB})
    stage.wait_for_state("Stored.pdf", "done")
    stage.refuse(SEGMENTS, 413)
    stage.choose({"No room for this.iso": 30 * MIB})
    stage.wait_for_state("No room for this.iso", "failed")
    stage.let_through(SEGMENTS)
    stage.hold("**/complete")
    stage.choose({"Almost there.tif": 12 * MIB})
    stage.wait_for_state("Almost there.tif", "verifying")
    stage.limit_upload(12 * MIB)
    stage.choose({"Paused.mov": 200 * MIB, "Never mind.txt": 900_000})
    stage.page.wait_for_timeout(11_000)
    stage.upload("Never mind.txt").get_by_test_id("upload-cancel").click()
    stage.upload("Paused.mov").get_by_test_id("upload-pause").click()
    stage.lose(SEGMENTS)
    stage.choose({"Connection trouble.wav": 20 * MIB})
    status = stage.upload("Connection trouble.wav").get_by_test_id("upload-status")
    expect(status).to_contain_text("Trying again in", timeout=PATIENCE_MS)


def offline(stage: Stage) -> None:
    stored(stage)
    stage.hold(SEGMENTS)
    stage.choose(UNDER_WAY)
    stage.wait_for_state("Aerial survey.tif", "uploading")
    stage.page.context.set_offline(True)
    expect(stage.page.get_by_test_id("upload-summary")).to_contain_text("network")


def interrupted(stage: Stage) -> None:
    stage.limit_upload(8 * MIB)
    stage.choose(UNDER_WAY)
    stage.page.wait_for_timeout(9000)
    stage.reload()
    stage.wait_for_state("Aerial survey.tif", "interrupted")


def waiting_for_permission(stage: Stage) -> None:
    """Dropped files have handles: to read them again takes a click when the last tab was closed meanwhile."""
    stage.limit_upload(8 * MIB)
    stage.drop(UNDER_WAY)
    stage.page.wait_for_timeout(9000)
    stage.open_anew()
    expect(stage.upload("Aerial survey.tif").get_by_test_id("upload-allow")).to_be_visible()


def another_file_chosen(stage: Stage) -> None:
    interrupted(stage)
    # The browser's own picker is out of reach; the page has another way for browsers without.
    stage.page.evaluate("() => { delete window.showOpenFilePicker; }")
    other = stage.file("Aerial survey, cropped.tif", 3 * MIB)
    with stage.page.expect_file_chooser() as choosing:
        stage.upload("Aerial survey.tif").get_by_test_id("upload-supply").click()
    choosing.value.set_files(other)
    detail = stage.upload("Aerial survey.tif").get_by_test_id("upload-detail")
    expect(detail).to_contain_text("another file")


def following(stage: Stage) -> None:
    other = stage.page.context.new_page()
    other.goto(stage.page.url)
    stage.limit_upload(2 * MIB)
    stage.choose(UNDER_WAY)
    stage.wait_for_state("Aerial survey.tif", "uploading")
    stage.page = other
    stage.choose(UNDER_WAY)
    stage.wait_for_state("Aerial survey.tif", "following")
    stage.page.wait_for_timeout(3000)


def many(stage: Stage) -> None:
    stage.limit_upload(MIB)
    stage.choose_folder("Archive", {f"page {number}.tif": 10_000 for number in range(1200)})
    expect(stage.page.get_by_test_id("upload-summary")).to_contain_text("of 1,200", timeout=PATIENCE_MS)
    stage.page.wait_for_timeout(4000)


def dragging(stage: Stage) -> None:
    uploading(stage)
    brought = stage.page.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'x.txt')); return data; }"
    )
    stage.page.locator("body").dispatch_event("dragover", {"dataTransfer": brought})


def cancelling_all(stage: Stage) -> None:
    uploading(stage)
    stage.page.get_by_test_id("cancel-all").click()


def deleted(stage: Stage) -> None:
    stored(stage)
    stage.page.get_by_test_id("file-row").nth(2).get_by_test_id("file-delete").click()


def searching(stage: Stage) -> None:
    stored(stage)
    stage.page.get_by_test_id("file-search").fill("fete")


def preview(stage: Stage) -> None:
    stored(stage)
    stage.page.get_by_test_id("file-preview").click()
    expect(stage.page.get_by_test_id("preview-image")).to_be_visible()


def failed_preview(stage: Stage) -> None:
    stored(stage)
    stage.lose("**/files/*")
    stage.page.get_by_test_id("file-preview").click()
    expect(stage.page.get_by_test_id("preview").get_by_role("alert")).to_be_visible()


def sharing(stage: Stage) -> None:
    stored(stage)
    row = stage.page.get_by_test_id("file-row").filter(has_text="Bericht 2026.pdf")
    row.get_by_test_id("file-share").click()
    for count, (lifetime, is_once) in enumerate((("1 day", True), ("30 days", False)), start=1):
        stage.page.get_by_test_id("share-ends").select_option(label=lifetime)
        stage.page.get_by_test_id("share-once").set_checked(is_once)
        stage.page.get_by_test_id("share-create").click()
        expect(stage.page.get_by_test_id("share-link")).to_have_count(count)
    stage.page.context.grant_permissions(["clipboard-write"])
    stage.page.get_by_test_id("share-copy").click()
    expect(stage.page.get_by_test_id("share-said")).to_have_text("Link copied")


def held(stage: Stage) -> None:
    stage.choose(STORED)
    stage.wait_for_stored(3)
    stage.choose({"Holiday pictures.zip": 7 * MIB})
    stage.wait_for_stored(4)
    expect(stage.page.get_by_test_id("file-held")).to_be_visible()


def unavailable(stage: Stage) -> None:
    stage.lose("**/api/files?*")
    stage.page.reload()
    expect(stage.page.get_by_test_id("files-error")).to_be_visible()


def notice(stage: Stage) -> None:
    stored(stage)
    stage.drop_folder("Empty folder")
    expect(stage.page.get_by_test_id("notice")).not_to_be_empty()


def signed_in(stage: Stage, name: str = "ann") -> None:
    stage.sign_in(name)
    stored(stage)
    expect(stage.page.get_by_test_id("sign-out")).to_be_visible()


def sign_in_needed(stage: Stage) -> None:
    """The session has ended while a file was on its way."""
    signed_in(stage, "ben")
    stage.hold("**/complete")
    stage.choose({"Aerial survey.tif": 4 * MIB})
    stage.wait_for_state("Aerial survey.tif", "verifying")
    stage.page.context.clear_cookies()
    stage.let_through("**/complete")
    stage.choose({"Concert recording.wav": 6 * MIB})
    expect(stage.page.get_by_test_id("sign-in-needed")).not_to_be_empty()


def recorder(stage: Stage) -> None:
    stored(stage)
    stage.page.get_by_test_id("record").click()
    expect(stage.page.locator(".uppy-Dashboard-inner")).to_be_visible(timeout=PATIENCE_MS)
