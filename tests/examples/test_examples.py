"""The examples under examples/: what they promise, in a real browser."""

import hashlib
import os
import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

NAMES = ["asgi_site", "flask_site", "tornado_site"]
EXAMPLES = Path(__file__).parents[2] / "examples"
MIB = 1 << 20


@pytest.fixture(scope="module", params=NAMES)
def example(request, run_example):
    """Each of the examples."""
    return run_example(request.param)


def test_every_example_has_its_line_in_the_readme():
    named = re.findall(
        r"`python examples/(\w+)/app\.py`", (EXAMPLES / "README.md").read_text(encoding="utf-8")
    )
    assert sorted(named) == sorted(path.parent.name for path in EXAMPLES.glob("*/app.py")) == NAMES


def test_what_is_downloaded_is_what_was_chosen(visit, example, tmp_path):
    source = tmp_path / "film été.bin"
    source.write_bytes(os.urandom(3 * MIB + 7))
    ann = visit("ann", example)
    ann.choose(source)
    ann.expect_stored(source.name)
    with ann.page.expect_download() as waiting:
        ann.row(source.name).get_by_role("link", name=f"Download: {source.name}").click()
    waiting.value.save_as(tmp_path / "downloaded")
    assert waiting.value.suggested_filename == source.name
    assert digest(tmp_path / "downloaded") == digest(source)
    (file,) = ann.files()
    assert file["name"] == source.name
    assert file["download_url"] == f"/uploads/files/{file['id']}"


def test_nobody_sees_or_gets_the_files_of_somebody_else(visit, example, tmp_path):
    source = tmp_path / "diary.txt"
    source.write_text("Dear diary")
    ben, eve = visit("ben", example), visit("eve", example)
    ben.choose(source)
    ben.expect_stored("diary.txt")
    (file,) = ben.files()
    assert eve.files() == []
    for address in (file["download_url"], f"/uploads/api/files/{file['id']}"):
        assert eve.page.request.get(f"{eve.url}{address}").status == 404
    assert eve.page.request.delete(f"{eve.url}/uploads/api/files/{file['id']}").status == 404
    assert [file["name"] for file in ben.files()] == ["diary.txt"]


def test_a_file_that_is_removed_is_deleted(visit, example, tmp_path):
    source = tmp_path / "mistake.txt"
    source.write_text("never mind")
    cat = visit("cat", example)
    cat.listen("upload-removed")
    cat.choose(source)
    cat.expect_stored("mistake.txt")
    cat.row("mistake.txt").get_by_role("button", name="Remove: mistake.txt").click()
    expect(cat.row("mistake.txt")).to_have_count(0)
    assert [told["file"]["name"] for told in cat.heard(1)] == ["mistake.txt"]
    assert cat.files() == []


def test_who_is_not_signed_in_is_refused_with_a_problem(example):
    answer = httpx.get(f"{example.url}/uploads/api/files")
    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-needed")
    answer = httpx.get(f"{example.url}/uploads/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_a_page_of_another_site_can_change_nothing(example):
    wish = {"name": "a", "size": 1, "type": "text/plain"}
    for foreign in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = httpx.post(f"{example.url}/uploads/api/uploads", json=wish, headers=foreign)
        assert (answer.status_code, answer.json()["code"]) == (403, "cross-site")


def test_a_body_that_is_too_large_is_refused(example):
    answer = httpx.post(f"{example.url}/uploads/api/uploads", content=b"x" * (MIB + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "request-too-large")


def test_the_whole_page_works_below_a_prefix(visit, run_example, tmp_path):
    source = tmp_path / "beach.txt"
    source.write_text("sand")
    ann = visit("ann", run_example("tornado_site"))
    ann.page.get_by_role("link", name="All your files").click()
    ann.page.get_by_test_id("file-input").set_input_files(source)
    expect(ann.page.get_by_test_id("file-row")).to_contain_text("beach.txt", timeout=60_000)
    with ann.page.expect_download() as waiting:
        ann.page.get_by_test_id("file-download").click()
    assert Path(waiting.value.path()).read_text() == "sand"


def test_a_link_for_others_carries_the_prefix_and_opens(visit, run_example, tmp_path):
    source = tmp_path / "beach.txt"
    source.write_text("sand")
    ann = visit("ann", run_example("tornado_site"))
    ann.choose(source)
    ann.expect_stored("beach.txt")
    (file,) = ann.files()
    link = ann.page.request.post(
        f"{ann.url}/uploads/api/files/{file['id']}/links", data={"expires_in": 600}
    ).json()
    assert link["url"].startswith(f"{ann.url}/uploads/l/")
    assert httpx.get(link["url"], follow_redirects=True).text == "sand"


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
