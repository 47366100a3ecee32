"""Uploads go on where they stopped, after a reload, a crash, a closed tab; Swift gets no segment twice."""

import mimetypes
import os
import re
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, expect

MIB = 1 << 20
PATIENCE_MS = 60_000
SEGMENTS = 12
STORED = 5
SEGMENT = re.compile(r"/segments/[^/]+/[^/]+/(\d{8})\?")
# How many segments the page will know of after a reload.
REMEMBERED = """
() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("direct-upload");
  opening.onerror = reject;
  opening.onsuccess = () => {
    const reading = opening.result.transaction("uploads").objectStore("uploads").getAll();
    reading.onsuccess = () => {
      opening.result.close();
      resolve(reading.result.flatMap(({ md5s }) => md5s).filter((md5) => md5 !== null).length);
    };
  };
})
"""
# Notes each wake lock that the page gets; the empty page before it has none.
NOTE_WAKE_LOCKS = """
globalThis.wakeLocks = [];
const request = globalThis.WakeLock?.prototype.request;
if (request) WakeLock.prototype.request = async function (type) {
  const lock = await request.call(this, type);
  globalThis.wakeLocks.push(lock);
  return lock;
};
"""


@pytest.fixture(scope="module")
def built_page(build_page):
    return build_page("resume_page")


class Tab:
    """The page in a tab, with what a person does on it."""

    def __init__(self, page, address):
        self.page = page
        page.goto(address)

    def choose(self, path):
        self.page.locator("#add").set_input_files(path)

    def supply(self, path):
        self.page.locator("#supply").set_input_files(path)

    def drop(self, path):
        """Drop a file from the desktop, as which it has a handle."""
        data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
        session = self.page.context.new_cdp_session(self.page)
        for event in ("dragEnter", "dragOver", "drop"):
            session.send("Input.dispatchDragEvent", {"type": event, "x": 9, "y": 9, "data": data})

    def crash(self):
        with pytest.raises(Error, match="crash"):
            self.page.goto("chrome://crash")

    def expect(self, state, needs=None):
        """Wait until there is one upload, in this state."""
        row = self.page.locator("#uploads li")
        expect(row).to_have_attribute("data-state", state, timeout=PATIENCE_MS)
        if needs:
            expect(row).to_have_attribute("data-needs", needs)

    def expect_answer(self, answer):
        expect(self.page.locator("#answer")).to_have_text(answer, timeout=PATIENCE_MS)


class Browser:
    """A browser profile whose tabs show the page, and whose way to Swift can be closed."""

    def __init__(self, context, site):
        self.context = context
        self.site = site
        self.address = f"{site.url}/resume-page/"
        self.sent = []
        self.stored = []
        self.held = []
        self.closed_from = SEGMENTS
        context.on("response", self._note)
        context.route(SEGMENT, self._pass_or_hold)

    def open(self):
        return Tab(self.context.new_page(), self.address)

    @contextmanager
    def closed_way(self):
        """Let only the first segments pass; the others are held for good, unless `release` is called."""
        self.closed_from = STORED
        yield
        self.closed_from = SEGMENTS
        self.sent.clear()

    def release(self):
        for route in self.held:
            self._pass(route)

    def has_stored(self, page):
        """Whether Swift has the segments that may pass."""
        page.wait_for_timeout(50)
        return sorted(self.stored) == list(range(STORED))

    def digest(self, digest, tmp_path):
        """The digest of the only file that the site has stored for this profile."""
        request = self.context.request
        (stored,) = request.get(f"{self.site.url}/api/files").json()["files"]
        path = tmp_path / "copy"
        path.write_bytes(request.get(f"{self.site.url}/files/{stored['id']}").body())
        return digest(path)

    def _note(self, response):
        if response.request.method == "PUT" and response.ok:
            self.stored.append(_number(response.request))

    def _pass_or_hold(self, route):
        if route.request.method != "PUT":
            route.continue_()
        elif _number(route.request) < self.closed_from:
            self._pass(route)
        else:
            self.held.append(route)

    def _pass(self, route):
        self.sent.append(_number(route.request))
        route.continue_()


def _number(request):
    return int(SEGMENT.search(request.url)[1])


@pytest.fixture
def browser(chromium, site, built_page):
    """A browser profile of its own; its pages may not throw."""
    complaints = []
    context = chromium.new_context(permissions=["local-network-access", "screen-wake-lock"])
    context.add_init_script(NOTE_WAKE_LOCKS)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    browser = Browser(context, site)

    def serve(route):
        path = built_page / (urlsplit(route.request.url).path.removeprefix("/resume-page/") or "index.html")
        route.fulfill(body=path.read_bytes(), content_type=mimetypes.guess_type(path.name)[0])

    context.route(f"{browser.address}**", serve)
    yield browser
    context.close()
    assert complaints == []


@pytest.fixture
def source(make_file):
    return make_file("film.bin", SEGMENTS * MIB)


@pytest.fixture
def begin(browser, source, eventually):
    """A function that stores a few segments through a tab, which remembers them and gets no further."""

    def begin(tab, way="choose"):
        getattr(tab, way)(source)
        eventually(lambda: browser.has_stored(tab.page))
        eventually(lambda: tab.page.evaluate(REMEMBERED) >= STORED)
        tab.expect("uploading")

    return begin


@pytest.fixture
def expect_rest(browser, source, digest, tmp_path):
    """A function that waits for the end in a tab, and checks that only what was missing was sent."""

    def expect_rest(tab):
        tab.expect("done")
        assert sorted(browser.sent) == list(range(STORED, SEGMENTS))
        assert browser.digest(digest, tmp_path) == digest(source)

    return expect_rest


def test_a_dropped_file_goes_on_by_itself_after_a_reload(browser, begin, expect_rest):
    tab = browser.open()
    with browser.closed_way():
        begin(tab, "drop")
    tab.page.reload()
    expect_rest(tab)


def test_a_dropped_file_goes_on_in_a_new_tab_after_a_crash(browser, begin, expect_rest):
    crashing = browser.open()
    with browser.closed_way():
        begin(crashing, "drop")
    crashing.crash()
    expect_rest(browser.open())


def test_a_crash_may_come_before_anything_is_remembered(browser, source, eventually, digest, tmp_path):
    crashing = browser.open()
    with browser.closed_way():
        crashing.choose(source)
        eventually(lambda: browser.has_stored(crashing.page))
        crashing.crash()
    later = browser.open()
    later.expect("interrupted")
    later.choose(source)
    later.expect("done")
    assert browser.digest(digest, tmp_path) == digest(source)


def test_a_chosen_file_waits_for_being_chosen_again(browser, begin, expect_rest, source):
    tab = browser.open()
    with browser.closed_way():
        begin(tab)
    tab.page.reload()
    tab.expect("interrupted", needs="file")
    assert browser.sent == []
    tab.supply(source)
    tab.expect_answer("the same file")
    expect_rest(tab)


def test_adding_the_file_again_continues_it(browser, begin, expect_rest, source):
    tab = browser.open()
    with browser.closed_way():
        begin(tab)
    tab.crash()
    later = browser.open()
    later.expect("interrupted", needs="file")
    later.choose(source)
    expect_rest(later)


def test_a_copy_of_the_file_will_do(browser, begin, expect_rest, source):
    tab = browser.open()
    with browser.closed_way():
        begin(tab)
    tab.page.reload()
    tab.expect("interrupted")
    os.utime(source, (1_700_000_000, 1_700_000_000))
    tab.supply(source)
    tab.expect_answer("the same file")
    expect_rest(tab)


@pytest.fixture(params=[0, 10], ids=["of-the-same-time", "of-another-time"])
def other(request, source, tmp_path):
    """Another file with the name and size of `source`, written so many seconds later."""
    path = tmp_path / "elsewhere" / source.name
    path.parent.mkdir()
    path.write_bytes(b"other" + source.read_bytes()[5:])
    written_at = source.stat().st_mtime_ns + request.param * 10**9
    os.utime(path, ns=(written_at, written_at))
    return path


def test_another_file_of_that_name_and_size_is_refused(browser, begin, expect_rest, source, other):
    tab = browser.open()
    with browser.closed_way():
        begin(tab)
    tab.page.reload()
    tab.expect("interrupted")
    tab.supply(other)
    tab.expect_answer("another file")
    tab.expect("interrupted", needs="file")
    assert browser.sent == []

    tab.supply(source)
    expect_rest(tab)


@pytest.fixture
def two_tabs(browser, begin, source):
    """A tab that sends a file, held up, and one that follows it."""
    first, second = browser.open(), browser.open()
    with browser.closed_way():
        begin(first)
        second.choose(source)
        second.expect("following")
    return first, second


def test_a_second_tab_follows_the_first_to_the_end(browser, two_tabs, expect_rest):
    first, second = two_tabs
    browser.release()
    second.expect("done")
    expect_rest(first)


def test_a_second_tab_takes_over_when_the_first_is_closed(two_tabs, expect_rest):
    first, second = two_tabs
    first.page.close()
    expect_rest(second)


def test_the_same_file_is_added_once(browser, begin, source):
    tab = browser.open()
    with browser.closed_way():
        begin(tab)
        tab.choose(source)
        # A second upload would show as a second row, which `expect` does not bear.
        tab.expect("uploading")


def test_what_is_done_is_forgotten(browser, source):
    tab = browser.open()
    tab.choose(source)
    tab.expect("done")
    tab.page.reload()
    tab.expect_answer("restored")
    expect(tab.page.locator("#uploads li")).to_have_count(0)


def test_the_device_stays_awake_and_the_page_asks_until_the_upload_has_ended(browser, begin):
    tab = browser.open()
    awake = "wakeLocks.filter((lock) => !lock.released).length"
    with browser.closed_way():
        begin(tab)
        tab.page.wait_for_function(f"{awake} === 1")
        # Browsers ask only people who did something on the page.
        tab.page.locator("body").click()
        with tab.page.expect_event("dialog") as asking:
            tab.page.close(run_before_unload=True)
        assert asking.value.type == "beforeunload"
        asking.value.dismiss()
    browser.release()
    tab.expect("done")
    tab.page.wait_for_function(f"{awake} === 0")
    with tab.page.expect_event("close"):
        tab.page.close(run_before_unload=True)


def test_a_tab_that_was_opened_later_takes_over_with_its_own_file(browser, begin, expect_rest, source):
    first = browser.open()
    with browser.closed_way():
        begin(first)
        second = browser.open()
        second.expect("following")
        second.choose(source)
    first.page.close()
    expect_rest(second)


def test_what_was_stored_in_the_last_second_is_not_sent_again(browser, source, eventually, expect_rest):
    crashing = browser.open()
    with browser.closed_way():
        crashing.choose(source)
        eventually(lambda: browser.has_stored(crashing.page))
        crashing.crash()
        # What the tab had just asked for is heard of now, and counts nowhere.
        later = browser.open()
        later.expect("interrupted")
    later.choose(source)
    expect_rest(later)
