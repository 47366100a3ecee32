"""Our plugin in a page as people build it with Uppy: Dashboard, Golden Retriever, another language."""

import hashlib
import mimetypes
import re
from contextlib import closing
from urllib.parse import urlsplit

import pytest
import swiftclient
from playwright.sync_api import expect

MIB = 1 << 20
PATIENCE_MS = 60_000
SEGMENT = re.compile(r"/segments/[^/]+/([^/]+)/(\d{8})\?")
ANYBODY = {"Access-Control-Allow-Origin": "*"}
# Whether Golden Retriever has saved which upload sends a file, and the client that four segments are stored.
IS_KEPT = """async () => {
    const all = (name, store) => new Promise((resolve) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => {
            const reading = opening.result.transaction(store).objectStore(store).getAll();
            reading.onsuccess = () => { opening.result.close(); resolve(reading.result); };
        };
    });
    // To open one that is not there would make one without stores.
    const names = (await indexedDB.databases()).map(({ name }) => name);
    if (!names.includes("uppy-blobs") || !names.includes("direct-upload")) return false;
    const [record] = await all("direct-upload", "uploads");
    const snapshot = JSON.stringify(await all("uppy-blobs", "metadata"));
    return snapshot.includes("directUpload") && record?.md5s.filter(Boolean).length === 4;
}"""


@pytest.fixture(scope="module")
def built_page(build_page):
    return build_page("uppy_page")


class UppyPage:
    """The page in a tab, with what a person does on it."""

    def __init__(self, page, address):
        self.page = page
        self.address = address
        self.puts = []
        self.upload_ids = set()
        self._held = []
        page.on("request", self._note)

    def _note(self, request):
        if request.method == "PUT" and (found := SEGMENT.search(request.url)):
            self.puts.append(_segment_of(request.url))
            self.upload_ids.add(found[1])

    def open(self, search=""):
        self.page.goto(f"{self.address}{search}")
        expect(self.page.locator(".uppy-Dashboard-inner")).to_be_visible()

    def choose(self, *paths):
        self.page.locator("input.uppy-Dashboard-input").first.set_input_files(list(paths))

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def send(self):
        self.page.locator(".uppy-StatusBar-actionBtn--upload").click()

    def item(self, name):
        items = self.page.locator(".uppy-Dashboard-Item")
        return items.filter(has=self.page.locator(f".uppy-Dashboard-Item-name[title={name!r}]"))

    def expect_stored(self, name):
        expect(self.item(name)).to_have_class(re.compile("is-complete"), timeout=PATIENCE_MS)

    def stored_digest(self, name):
        address = self.item(name).locator("a.uppy-Dashboard-Item-previewLink").get_attribute("href")
        return hashlib.sha256(self.page.request.get(address).body()).hexdigest()

    def hold_from(self, number):
        """Let only the segments below this number pass, until `let_go`."""

        def hold(route):
            self._held.append(route) if _segment_of(route.request.url) >= number else route.continue_()

        self.page.route(SEGMENT, hold)

    def let_go(self):
        """Segments that are held or refused pass again; also those that are held now."""
        self.page.unroute(SEGMENT)

    def refuse(self, number):
        """Let Swift refuse a segment, also if it is held now, until `let_go`."""

        def refuse(route):
            is_meant = route.request.method == "PUT" and _segment_of(route.request.url) == number
            route.fulfill(status=403, headers=ANYBODY) if is_meant else route.fallback()

        self.page.route(SEGMENT, refuse)
        for route in self._held:
            if _segment_of(route.request.url) == number:
                refuse(route)


@pytest.fixture
def uppy(chromium, site, built_page):
    """The page in a browser profile of its own, served from the site's origin; it may not throw."""
    complaints = []
    context = chromium.new_context(permissions=["local-network-access"])
    address = f"{site.url}/uppy-page/"

    def serve(route):
        path = built_page / (urlsplit(route.request.url).path.removeprefix("/uppy-page/") or "index.html")
        kind = mimetypes.guess_type(path.name)[0]
        route.fulfill(body=path.read_bytes(), content_type=kind)

    context.route(f"{address}**", serve)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    uppy = UppyPage(page, address)
    uppy.open()
    yield uppy
    context.close()
    assert complaints == []


def _segment_of(url):
    return int(SEGMENT.search(url)[2])


@pytest.fixture
def eventually(uppy, eventually):
    """As the fixture of this name, but the page's held requests are looked after meanwhile."""
    return lambda condition: eventually(lambda: uppy.page.wait_for_timeout(10) or condition())


@pytest.fixture
def expect_segments(uppy, site, big_swift, eventually):
    """A function that waits until Swift holds exactly these segments of the page's uploads."""
    container = site.environ["DIRECT_UPLOAD_CONTAINER"]
    with closing(swiftclient.Connection(big_swift.auth_url, big_swift.user, big_swift.key)) as connection:

        def numbers():
            names = [each["name"] for each in connection.get_container(container, full_listing=True)[1]]
            return sorted(int(name[-8:]) for name in names if uppy.upload_ids & set(name.split("/")))

        yield lambda *expected: eventually(lambda: numbers() == list(expected))


def test_a_file_goes_from_the_dashboard_into_swift(uppy, make_file, digest):
    source = make_file("film.bin", 20 * MIB + 1)
    uppy.choose(source)
    uppy.send()
    uppy.expect_stored("film.bin")
    assert uppy.stored_digest("film.bin") == digest(source)
    assert sorted(uppy.puts) == list(range(21))


def test_a_paused_file_goes_on_where_it_stopped(uppy, make_file, digest, expect_segments):
    source = make_file("film.bin", 12 * MIB)
    uppy.hold_from(4)
    uppy.choose(source)
    uppy.send()
    expect_segments(0, 1, 2, 3)
    uppy.press("Pause")
    expect(uppy.item("film.bin").get_by_title("Resume upload")).to_be_visible()
    uppy.let_go()
    uppy.press("Resume")
    uppy.expect_stored("film.bin")
    assert uppy.stored_digest("film.bin") == digest(source)
    assert sorted(number for number in uppy.puts if number < 4) == [0, 1, 2, 3]


def test_a_removed_file_leaves_nothing_in_swift(uppy, make_file, expect_segments):
    uppy.hold_from(4)
    uppy.choose(make_file("film.bin", 12 * MIB))
    uppy.send()
    expect_segments(0, 1, 2, 3)
    uppy.item("film.bin").get_by_title("Remove file").click()
    expect(uppy.item("film.bin")).to_have_count(0)
    expect_segments()


@pytest.fixture
def interrupted(uppy, expect_segments, eventually):
    """A function that sends four segments of a file, and then loads the page again."""

    def interrupt(source):
        uppy.hold_from(4)
        uppy.choose(source)
        uppy.send()
        expect_segments(0, 1, 2, 3)
        eventually(lambda: uppy.page.evaluate(IS_KEPT))
        # In this order: without the route, the held segments would go on before the page ends.
        uppy.open()
        uppy.let_go()
        uppy.puts.clear()

    return interrupt


# Golden Retriever keeps a small file itself; a bigger one must be chosen again.
@pytest.mark.parametrize("size", [8 * MIB, 14 * MIB], ids=["kept by Golden Retriever", "chosen again"])
def test_a_reload_costs_only_the_missing_segments(uppy, make_file, digest, interrupted, size):
    source = make_file("film.bin", size)
    interrupted(source)
    expect(uppy.item("film.bin")).to_be_visible()
    if size > 10 * MIB:
        uppy.press("Re-select")
        uppy.choose(source)
    uppy.send()
    uppy.expect_stored("film.bin")
    assert uppy.stored_digest("film.bin") == digest(source)
    assert sorted(uppy.puts) == list(range(4, size // MIB))
    assert len(uppy.upload_ids) == 1


def test_a_file_that_is_not_wanted_after_a_reload_leaves_nothing_in_swift(
    uppy, make_file, interrupted, expect_segments
):
    interrupted(make_file("film.bin", 8 * MIB))
    uppy.item("film.bin").get_by_title("Remove file").click()
    expect_segments()


def test_a_file_that_fails_says_why_and_can_be_retried(uppy, make_file, digest, expect_segments):
    source = make_file("film.bin", 8 * MIB)
    uppy.hold_from(5)
    uppy.choose(source)
    uppy.send()
    # A refusal stops the others: these are to be stored before.
    expect_segments(0, 1, 2, 3, 4)
    uppy.refuse(5)
    expect(uppy.item("film.bin")).to_have_class(re.compile("is-error"), timeout=PATIENCE_MS)
    expect(uppy.page.locator(".uppy-Informer").first).to_contain_text("film.bin")
    uppy.let_go()
    uppy.item("film.bin").get_by_title("Retry upload").click()
    uppy.expect_stored("film.bin")
    assert uppy.stored_digest("film.bin") == digest(source)
    assert [uppy.puts.count(number) for number in range(5)] == [1] * 5


def test_a_folder_keeps_its_shape_and_a_new_name_counts(uppy, site, tmp_path):
    folder = tmp_path / "holiday"
    (folder / "sea").mkdir(parents=True)
    (folder / "sea" / "beach.txt").write_text("sand")
    (folder / "plan.txt").write_text("swim")
    uppy.page.locator("input.uppy-Dashboard-input[webkitdirectory]").set_input_files(folder)
    uppy.page.evaluate(
        "uppy.setFileMeta(uppy.getFiles().find(file => file.name === 'plan.txt').id, {name: 'plans.txt'})"
    )
    uppy.send()
    uppy.expect_stored("beach.txt")
    uppy.expect_stored("plans.txt")
    files = uppy.page.request.get(f"{site.url}/api/files").json()["files"]
    assert sorted(file["name"] for file in files) == ["holiday/plans.txt", "holiday/sea/beach.txt"]


def test_dashboard_speaks_german(uppy, make_file):
    uppy.open("?german")
    uppy.choose(make_file("film.bin", 10))
    expect(uppy.page.locator(".uppy-StatusBar-actionBtn--upload")).to_have_text("Eine Datei hochladen")
    uppy.send()
    uppy.expect_stored("film.bin")
    expect(uppy.page.locator(".uppy-StatusBar-statusPrimary")).to_contain_text("Fertig")


def test_taken_out_in_the_middle_it_leaves_nothing(uppy, make_file, expect_segments):
    uppy.hold_from(4)
    uppy.choose(make_file("film.bin", 12 * MIB))
    uppy.send()
    expect_segments(0, 1, 2, 3)
    uppy.page.evaluate("uppy.removePlugin(uppy.getPlugin('DirectUpload'))")
    expect_segments()
    assert uppy.page.evaluate("uppy.getState().capabilities.resumableUploads") is False
    assert uppy.page.evaluate("uppy.getState().currentUploads") == {}
