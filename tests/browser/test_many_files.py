"""Thousands of small files at once: the page stays alive and small."""

from contextlib import contextmanager

import psutil
import pytest
from playwright.sync_api import expect

PATIENCE_MS = 240_000
# Rows in sight, and the rest of the page; ten thousand rows would be a hundred thousand nodes.
MOST_NODES = 3000
# No single task holds the page for as long as a person would notice, and on two busy cores for no second.
LONGEST_TASK_MS = 700
# Of the page's scripts. What Chromium itself keeps of each chosen file, some 15 kB, is outside of that.
MOST_HEAP = 80_000_000
MOST_RESIDENT = 600_000_000
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
def small_files(tmp_path):
    """A function that writes so many files of some 10 kB."""

    def write(count):
        paths = [tmp_path / f"page {number}.tif" for number in range(count)]
        for path in paths:
            path.write_bytes(path.name.encode() * 800)
        return paths

    return write


class WatchedPage:
    """The page, and what it costs the browser."""

    def __init__(self, browser, url):
        self.browser = browser
        self.page = browser.new_page()
        self.page.add_init_script(WATCH)
        self.page.goto(url)
        self._session = self.page.context.new_cdp_session(self.page)

    def choose(self, paths):
        self.page.get_by_test_id("file-input").set_input_files(paths)
        shown = self.page.get_by_test_id("uploads-show")
        expect(shown).to_contain_text(f"All ({len(paths):,})", timeout=PATIENCE_MS)

    def expect_stored(self, count, total):
        """Wait until at least so many are counted."""
        self.page.wait_for_function(
            """([least, total]) => {
                const text = document.querySelector("[data-testid=upload-summary]").innerText;
                return text.includes(` of ${total} `) && parseInt(text.replaceAll(",", "")) >= least;
            }""",
            arg=[count, f"{total:,}"],
            timeout=PATIENCE_MS,
        )

    def expect_small_and_alive(self):
        assert self.page.evaluate("document.querySelectorAll('*').length") < MOST_NODES
        assert max(self.page.evaluate("longTasks"), default=0) < LONGEST_TASK_MS
        assert self.heap < MOST_HEAP
        assert max(self._resident()) < MOST_RESIDENT

    @property
    def heap(self):
        """Bytes that the page's scripts can still reach."""
        self._session.send("HeapProfiler.collectGarbage")
        return self._session.send("Runtime.getHeapUsage")["usedSize"]

    def _resident(self):
        """Resident bytes of each of the browser's renderers."""
        with closing_session(self.browser) as session:
            processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        for process in processes:
            if process["type"] == "renderer":
                yield psutil.Process(process["id"]).memory_info().rss


@contextmanager
def closing_session(browser):
    session = browser.new_browser_cdp_session()
    try:
        yield session
    finally:
        session.detach()


@pytest.fixture
def watched(chromium, own_site):
    watched = WatchedPage(chromium, own_site.url)
    yield watched
    watched.page.close()


def test_ten_thousand_files_do_not_freeze_the_page(watched, small_files):
    watched.choose(small_files(10_000))
    watched.expect_small_and_alive()
    # The count moves all the time, and what is stored leaves nothing behind in the page's memory.
    watched.expect_stored(100, total=10_000)
    heap = watched.heap
    for count in (200, 300, 400, 500):
        watched.expect_stored(count, total=10_000)
    assert watched.heap < heap + MOST_HEAP / 8
    # Whatever is asked of all of them is done at once, too.
    watched.page.get_by_test_id("pause-all").click()
    expect(watched.page.get_by_test_id("resume-all")).to_be_visible()
    watched.page.get_by_test_id("cancel-all").click()
    watched.page.get_by_test_id("cancel-all-confirm").click()
    expect(watched.page.get_by_test_id("uploads-show")).to_contain_text("Finished (10,000)")
    watched.expect_small_and_alive()


def test_thousands_of_files_all_arrive(watched, small_files):
    page = watched.page
    watched.choose(small_files(1500))
    # Meanwhile the page answers: the last upload is found, and the first again.
    scroller = page.locator(".scroller")
    scroller.evaluate("element => element.scrollTo(0, element.scrollHeight)")
    expect(page.get_by_text("page 1499.tif", exact=True).first).to_be_visible()
    scroller.evaluate("element => element.scrollTo(0, 0)")
    watched.expect_stored(1500, total=1500)
    expect(page.get_by_test_id("files-summary")).to_have_text("1,500 files", timeout=PATIENCE_MS)
    watched.expect_small_and_alive()


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
