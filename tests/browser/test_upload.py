"""Files go from a real Chromium into a real Swift and come back the same."""

import re

import pytest
from playwright.sync_api import expect

MIB = 1 << 20


def named(name, content=b"some bytes"):
    return {"name": name, "mimeType": "text/plain", "buffer": content}


def test_a_file_of_several_segments_is_stored_bit_for_bit(uploads, site, make_file, digest, tmp_path):
    source = make_file("film.bin", 200 * MIB + 7)
    before = site.relay.bytes
    uploads.choose(source)
    uploads.expect_stored("film.bin")
    stored, name = uploads.download("film.bin", tmp_path)
    assert digest(stored) == digest(source)
    assert name == "film.bin"
    # Nothing of the file came near the site: some requests' headers and tickets, and that is all.
    assert site.relay.bytes - before < 50_000


def test_a_gibibyte_costs_the_site_next_to_nothing(uploads, site, make_file, digest, tmp_path):
    source = make_file("gibibyte.bin", 1024 * MIB)
    seconds_before, _ = site.usage
    uploads.choose(source)
    uploads.expect_stored("gibibyte.bin")
    seconds, resident_bytes = site.usage
    stored, _ = uploads.download("gibibyte.bin", tmp_path)
    assert digest(stored) == digest(source)
    assert resident_bytes < 100 * MIB
    assert seconds - seconds_before < 1


def test_an_empty_file_is_a_file(uploads, make_file, tmp_path):
    uploads.choose(make_file("nothing.txt", 0))
    uploads.expect_stored("nothing.txt")
    stored, name = uploads.download("nothing.txt", tmp_path)
    assert (stored.read_bytes(), name) == (b"", "nothing.txt")


# What Chromium makes of a name when it saves: it replaces what some file systems forbid.
NAMES = {
    "quote and backslash": ('ré"s\\n日本.pdf', 'ré"s\\n日本.pdf', "ré_s_n日本.pdf"),
    "newline": ('ré"s\n日本.pdf', 'ré"s_日本.pdf', "ré_s_日本.pdf"),
    "reserved in URLs": ("100% #1 + a&b?.txt", "100% #1 + a&b?.txt", "100% #1 + a&b_.txt"),
    "markup": ("<img src=x onerror=alert(1)>.txt",) * 2 + ("_img src=x onerror=alert(1)_.txt",),
    "255 characters": ("a" * 251 + ".txt",) * 2 + (None,),
    "255 wide characters": ("日" * 251 + ".txt",) * 2 + (None,),
}


@pytest.mark.parametrize(("chosen", "shown", "saved"), NAMES.values(), ids=NAMES)
def test_a_name_survives(uploads, chosen, shown, saved, tmp_path):
    uploads.choose(named(chosen, chosen.encode()))
    uploads.expect_stored(shown)
    stored, name = uploads.download(shown, tmp_path)
    assert stored.read_bytes() == chosen.encode()
    assert saved is None or name == saved


def test_swift_tells_the_exact_name_to_any_program(uploads):
    name = 'ré"s\\n日本.pdf'
    uploads.choose(named(name))
    uploads.expect_stored(name)
    link = uploads.stored(name).get_by_test_id("file-download").get_attribute("href")
    answer = uploads.page.request.get(link)
    encoded = re.search(r"filename\*=UTF-8''(\S+)$", answer.headers["content-disposition"])[1]
    assert encoded == "r%C3%A9%22s%5Cn%E6%97%A5%E6%9C%AC.pdf"


def test_ten_files_at_once(uploads, make_file, digest, tmp_path):
    sources = [make_file(f"photo {number}.jpg", number * 300_000 + 1) for number in range(10)]
    uploads.choose(*sources)
    for source in sources:
        uploads.expect_stored(source.name)
        stored, name = uploads.download(source.name, tmp_path)
        assert (digest(stored), name) == (digest(source), source.name)


def test_a_dropped_file_is_taken(uploads):
    files = uploads.page.evaluate_handle(
        """() => { const data = new DataTransfer();
                   data.items.add(new File(["dropped"], "dropped.txt", {type: "text/plain"}));
                   return data; }"""
    )
    uploads.page.get_by_test_id("drop-zone").dispatch_event("drop", {"dataTransfer": files})
    uploads.expect_stored("dropped.txt")


def test_a_deleted_file_is_gone(uploads, make_file):
    uploads.choose(make_file("unwanted.bin", 3 * MIB))
    uploads.expect_stored("unwanted.bin")
    row = uploads.stored("unwanted.bin")
    row.get_by_test_id("file-delete").click()
    expect(row).to_have_count(0)
    with uploads.page.expect_response("**/api/files*"):
        uploads.page.reload()
    expect(row).to_have_count(0)


def test_two_browsers_do_not_see_each_other(uploads, chromium, site):
    uploads.choose(named("mine.txt"))
    uploads.expect_stored("mine.txt")
    stranger = chromium.new_page()
    with stranger.expect_response("**/api/files*") as listing:
        stranger.goto(site.url)
    assert listing.value.json() == {"files": [], "next": None}
    stranger.close()
