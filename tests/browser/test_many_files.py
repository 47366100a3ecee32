"""Thousands of small files at once: the page stays alive and small."""

import pytest
from playwright.sync_api import expect

FILES = 1500
PATIENCE_MS = 240_000
# Rows in sight, and the rest of the page; ten thousand rows would be a hundred thousand nodes.
MOST_NODES = 3000
# What Chromium does before it tells of the choice, a fifth of a millisecond a file, is not the page's.
WATCH = """
window.longTasks = [];
window.chosenAt = Infinity;
addEventListener("change", ({target}) => { if (target.type === "file") chosenAt = performance.now(); }, true);
new PerformanceObserver(list => longTasks.push(
  ...list.getEntries().filter(({startTime}) => startTime > chosenAt).map(({duration}) => duration)))
  .observe({type: "longtask"});
"""


@pytest.fixture
def thousands(tmp_path):
    paths = [tmp_path / f"page {number}.tif" for number in range(FILES)]
    for path in paths:
        path.write_bytes(path.name.encode() * 800)
    return paths


def test_thousands_of_files_do_not_freeze_the_page(chromium, own_site, thousands):
    page = chromium.new_page()
    page.add_init_script(WATCH)
    page.goto(own_site.url)
    page.get_by_test_id("file-input").set_input_files(thousands)
    expect(page.get_by_test_id("uploads-show")).to_contain_text("All (1,500)", timeout=PATIENCE_MS)
    count_nodes = "document.querySelectorAll('*').length"
    assert page.evaluate(count_nodes) < MOST_NODES
    # Meanwhile the page answers: the last upload is found, and the first again.
    scroller = page.locator(".scroller")
    scroller.evaluate("element => element.scrollTo(0, element.scrollHeight)")
    expect(page.get_by_text("page 1499.tif", exact=True).first).to_be_visible()
    scroller.evaluate("element => element.scrollTo(0, 0)")
    expect(page.get_by_test_id("upload-summary")).to_contain_text("1,500 of 1,500", timeout=PATIENCE_MS)
    expect(page.get_by_test_id("files-summary")).to_have_text("1,500 files", timeout=PATIENCE_MS)
    assert page.evaluate(count_nodes) < MOST_NODES
    # No single task held the page for as long as a person would call frozen.
    assert max(page.evaluate("longTasks"), default=0) < 1000
    page.close()


def test_the_keyboard_keeps_its_place_in_a_list_of_which_only_a_part_is_drawn(uploads):
    page = uploads.page
    page.route("**/segments/**", lambda _route: None)
    uploads.choose(*({"name": f"{n}.txt", "mimeType": "text/plain", "buffer": b"x"} for n in range(100)))
    first = page.get_by_test_id("upload-row").first.get_by_test_id("upload-cancel")
    first.focus()
    label = first.get_attribute("aria-label")
    page.locator(".scroller").evaluate("element => element.scrollTo(0, element.scrollHeight)")
    expect(page.get_by_text("99.txt", exact=True)).to_be_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == label
