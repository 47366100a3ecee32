"""A file that the site holds back: its owner sees that, and nobody has it until it is released."""

import os
import subprocess

import httpx
import pytest
from playwright.sync_api import expect

POLICY = """
from direct_upload.policy import ALLOW, HOLD

def decide(question):
    return HOLD if question.name.startswith("held") else ALLOW
"""


@pytest.fixture
def held_site(own_site, tmp_path, eventually):
    """A site that holds what is called so."""
    (tmp_path / "holding_policy.py").write_text(POLICY)
    own_site.stop()
    own_site.environ |= {"DIRECT_UPLOAD_POLICY": "holding_policy:decide", "PYTHONPATH": str(tmp_path)}
    own_site.start()
    eventually(lambda: httpx.get(f"{own_site.url}/readyz").status_code == 200)
    return own_site


def picture(name):
    return {"name": name, "mimeType": "image/png", "buffer": b"bytes"}


def test_a_held_file_is_said_to_be_checked_and_can_be_had_when_it_is_released(held_site, own_uploads):
    page = own_uploads.page
    own_uploads.choose(picture("held.png"), picture("free.png"))
    own_uploads.expect_stored("held.png")
    expect(own_uploads.upload_of("held.png").get_by_test_id("upload-status")).to_contain_text(
        "Stored, being checked"
    )
    expect(own_uploads.upload_of("free.png").get_by_test_id("upload-status")).to_contain_text(
        "Stored and verified"
    )
    row = own_uploads.stored("held.png")
    expect(row.get_by_test_id("file-held")).to_have_text("Being checked")
    for way in ("file-download", "file-preview", "file-share"):
        expect(row.get_by_test_id(way)).to_have_count(0)
        expect(own_uploads.stored("free.png").get_by_test_id(way)).to_be_visible()
    files = page.evaluate("fetch('/api/files').then((answer) => answer.json())")["files"]
    (held,) = [file["id"] for file in files if file["state"] == "held"]
    subprocess.run(
        held_site.run("release", held),
        env=os.environ | held_site.environ,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    page.reload()
    own_uploads.expect_stored("held.png")
    expect(row.get_by_test_id("file-held")).to_have_count(0)
    expect(row.get_by_test_id("file-download")).to_be_visible()
