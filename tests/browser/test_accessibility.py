"""axe finds nothing in any state of the page, and what happens is said aloud, once."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

AXE = Path(__file__).parents[2] / "direct_upload/frontend/node_modules/axe-core/axe.min.js"
MIB = 1 << 20
PATIENCE_MS = 60_000
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def complaints(page):
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})"
        ".then(({violations}) => violations.map(({id, nodes}) => [id, nodes.map(({html}) => html)]))",
        RULES,
    )
    return [f"{rule}: {html}" for rule, nodes in found for html in nodes]


def named(name, content=b"some bytes", kind="text/plain"):
    return {"name": name, "mimeType": kind, "buffer": content}


def hold(page, what="**/segments/**"):
    page.route(what, lambda _route: None)


def empty(_uploads):
    pass


def under_way(uploads):
    hold(uploads.page)
    uploads.choose(named("a.txt"), named("b.txt"))
    expect(uploads.upload_of("a.txt")).to_have_attribute("data-state", "uploading")


def paused(uploads):
    under_way(uploads)
    uploads.page.get_by_test_id("pause-all").click()
    expect(uploads.upload_of("b.txt")).to_have_attribute("data-state", "paused")


def cancelled(uploads):
    under_way(uploads)
    uploads.upload_of("a.txt").get_by_test_id("upload-cancel").click()
    expect(uploads.upload_of("a.txt")).to_have_attribute("data-state", "cancelled")


def asking_to_cancel_all(uploads):
    under_way(uploads)
    uploads.page.get_by_test_id("cancel-all").click()
    expect(uploads.page.get_by_test_id("cancel-all-confirm")).to_be_visible()


def verifying(uploads):
    hold(uploads.page, "**/complete")
    uploads.choose(named("a.txt"))
    expect(uploads.upload_of("a.txt")).to_have_attribute("data-state", "verifying")


def failed(uploads):
    uploads.page.route("**/segments/**", lambda route: route.fulfill(status=403, body="no"))
    uploads.choose(named("a.txt"))
    expect(uploads.upload_of("a.txt")).to_have_attribute("data-state", "failed", timeout=PATIENCE_MS)


def offline(uploads):
    under_way(uploads)
    uploads.page.context.set_offline(True)
    expect(uploads.page.get_by_test_id("upload-summary")).to_contain_text("Waiting for the network")


def stored(uploads):
    uploads.choose(named("a.txt"), named("b.txt"))
    uploads.expect_stored("a.txt")
    uploads.expect_stored("b.txt")


def found_nothing(uploads):
    stored(uploads)
    uploads.page.get_by_test_id("file-search").fill("nowhere")
    expect(uploads.page.get_by_test_id("files-none")).to_be_visible()


def deleted(uploads):
    stored(uploads)
    uploads.stored("a.txt").get_by_test_id("file-delete").click()
    expect(uploads.page.get_by_test_id("undo")).to_be_visible()


def previewed(uploads):
    uploads.choose(named("a.gif", b"GIF89a", "image/gif"))
    uploads.expect_stored("a.gif")
    uploads.stored("a.gif").get_by_test_id("file-preview").click()
    expect(uploads.page.get_by_test_id("preview")).to_be_visible()


def sharing(uploads):
    stored(uploads)
    uploads.stored("a.txt").get_by_test_id("file-share").click()
    uploads.page.get_by_test_id("share-create").click()
    expect(uploads.page.get_by_test_id("share-link")).to_be_visible()


def held_and_signed_out(uploads):
    """As a site says it that holds files, and whose visitors sign in."""
    page = uploads.page
    file = {
        "id": "1",
        "name": "a.txt",
        "size": 1,
        "type": "text/plain",
        "etag": "0",
        "created_at": "2026-11-22T10:00:00Z",
        "state": "held",
        "download_url": "/files/1",
    }
    refusal = {"code": "sign-in-needed", "detail": "Sign in.", "status": 401}
    page.route("**/api/files?*", lambda route: route.fulfill(json={"files": [file], "next": None}))
    page.route("**/api/uploads*", lambda route: route.fulfill(status=401, json=refusal))
    page.reload()
    uploads.choose(named("b.txt"))
    expect(page.get_by_test_id("file-held")).to_be_visible()
    expect(page.get_by_test_id("sign-in")).to_be_visible()


def signed_in(uploads):
    session = {"identity": "oidc", "name": "Ann", "sign_in_url": None, "sign_out_url": "/auth/sign-out"}
    uploads.page.route("**/api/session", lambda route: route.fulfill(json=session))
    uploads.page.reload()
    expect(uploads.page.get_by_test_id("sign-out")).to_be_visible()


def unavailable(uploads):
    uploads.page.route("**/api/files?*", lambda route: route.abort())
    uploads.page.reload()
    expect(uploads.page.get_by_test_id("files-error")).to_be_visible()


def interrupted(uploads):
    page = uploads.page
    hold(page)
    with page.expect_request("**/segments/**"):
        uploads.choose(named("a.bin", bytes(2 * MIB)))
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(uploads.upload_of("a.bin")).to_have_attribute("data-state", "interrupted", timeout=PATIENCE_MS)


def given_another_file(uploads):
    interrupted(uploads)
    # The browser's own picker is out of reach.
    uploads.page.evaluate("() => { delete window.showOpenFilePicker; }")
    row = uploads.upload_of("a.bin")
    with uploads.page.expect_file_chooser() as choosing:
        row.get_by_test_id("upload-supply").click()
    choosing.value.set_files([named("b.bin")])
    expect(row.get_by_test_id("upload-detail")).to_contain_text("another file")


def told_that_there_was_nothing(uploads):
    # By then the page listens for what is dropped.
    expect(uploads.page.get_by_test_id("files-empty")).to_be_visible(timeout=PATIENCE_MS)
    uploads.page.evaluate(
        """() => { const drop = new Event("drop", {bubbles: true, cancelable: true});
                   drop.dataTransfer = {types: ["Files"], items: [], files: []};
                   document.body.dispatchEvent(drop); }"""
    )
    expect(uploads.page.get_by_test_id("notice")).not_to_be_empty()


def a_hundred(uploads):
    hold(uploads.page)
    uploads.choose(*(named(f"{number}.txt") for number in range(100)))
    expect(uploads.page.get_by_test_id("uploads-show")).to_contain_text("All (100)")


def in_arabic(uploads):
    stored(uploads)
    uploads.page.get_by_test_id("language").select_option("ar")
    expect(uploads.page.locator("html")).to_have_attribute("dir", "rtl")


STATES = [
    empty,
    under_way,
    paused,
    cancelled,
    asking_to_cancel_all,
    verifying,
    failed,
    offline,
    stored,
    found_nothing,
    deleted,
    previewed,
    sharing,
    held_and_signed_out,
    signed_in,
    unavailable,
    interrupted,
    given_another_file,
    told_that_there_was_nothing,
    a_hundred,
    in_arabic,
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing(uploads, state):
    # Colours on their way to others have no contrast to measure.
    uploads.page.emulate_media(reduced_motion="reduce")
    state(uploads)
    assert complaints(uploads.page) == []
    uploads.page.emulate_media(reduced_motion="reduce", color_scheme="dark")
    uploads.page.set_viewport_size({"width": 390, "height": 800})
    assert complaints(uploads.page) == []


def test_axe_would_find_something(uploads):
    uploads.page.locator("h1").evaluate("title => { title.outerHTML = '<img src=x>' }")
    assert complaints(uploads.page) != []


@pytest.fixture
def said(uploads):
    """Everything that the page's live regions, all of them together, have said so far."""
    uploads.page.get_by_test_id("said").wait_for(state="attached")
    uploads.page.evaluate(
        """() => {
          window.said = [];
          const live = "[role=status], [role=alert], [aria-live]";
          const regionOf = (node) => (node instanceof Element ? node : node.parentElement)?.closest(live);
          const hear = (changes) => {
            const regions = new Set(changes.map(({target}) => regionOf(target)));
            for (const {addedNodes} of changes)
              for (const node of addedNodes) if (node instanceof Element)
                for (const region of node.querySelectorAll(live)) regions.add(region);
            for (const region of regions)
              if (region?.checkVisibility() && region.innerText) said.push(region.innerText);
          };
          new MutationObserver(hear)
            .observe(document.body, {childList: true, characterData: true, subtree: true});
        }"""
    )
    return lambda: uploads.page.evaluate("said")


def test_each_end_is_said_once(uploads, said):
    uploads.choose(named("a.txt"))
    uploads.expect_stored("a.txt")
    expect(uploads.page.get_by_test_id("said")).to_have_text("“a.txt” is stored.")
    uploads.page.route("**/segments/**", lambda route: route.fulfill(status=403, body="no"))
    uploads.choose(named("b.txt"))
    expect(uploads.page.get_by_test_id("said")).to_contain_text("“b.txt” failed.", timeout=PATIENCE_MS)
    # And nothing else changes aloud, such as the number of files.
    assert [text.split(" failed.")[0] for text in said()] == ["“a.txt” is stored.", "“b.txt”"]


def test_a_deletion_is_said_once_and_its_undoing_too(uploads, said):
    uploads.choose(named("a.txt"))
    expect(uploads.page.get_by_test_id("said")).to_have_text("“a.txt” is stored.")
    uploads.stored("a.txt").get_by_test_id("file-delete").click()
    uploads.page.get_by_test_id("undo").click()
    expect(uploads.page.get_by_test_id("said")).to_have_text("1 file kept")
    assert [text for text in said() if "stored" not in text] == ["“a.txt” deleted\n\nUndo", "1 file kept"]


def test_what_a_search_found_is_said_once(uploads, said):
    uploads.choose(*(named(f"{name}.txt") for name in ("apple", "pear", "plum")))
    for name in ("apple", "pear", "plum"):
        uploads.expect_stored(f"{name}.txt")
    uploads.page.get_by_test_id("file-search").fill("pe")
    expect(uploads.page.get_by_test_id("said")).to_contain_text("1 of 3 found")
    assert len([text for text in said() if "found" in text]) == 1


def test_many_ends_are_counted(uploads, said, eventually):
    uploads.choose(*(named(f"{number}.txt") for number in range(12)))
    eventually(lambda: any("files are stored." in text for text in said()))
    assert len(said()) < 12


def test_progress_is_said_in_quarters(uploads, said, make_file):
    uploads.choose(make_file("film.bin", 150 * MIB))
    uploads.expect_stored("film.bin")
    shares = [text for text in said() if "uploaded" in text]
    assert len(shares) <= 3
    assert shares == sorted(set(shares), key=shares.index)


def test_motion_stops_for_those_who_ask_for_it(uploads):
    uploads.page.emulate_media(reduced_motion="reduce")
    verifying(uploads)
    assert uploads.page.evaluate("document.getAnimations().length") == 0
