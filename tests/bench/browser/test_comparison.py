"""Every way of uploading in miniature: a real Chromium, a real Swift, the real page."""

import subprocess
import sys

import pytest

from bench.browser.cases import CASES, LOOPBACK, UNVERIFIED, UPPY_BIG_PARTS, VERIFIED, Case, Link
from bench.browser.run import UploadFailed, run
from bench.browser.stage import PAGES, ROOT

MIB = 1 << 20
WAYS = CASES[0].ways


@pytest.fixture(scope="module", autouse=True)
def built_pages():
    """The comparison's page, built from the sources of now."""
    subprocess.run(
        [sys.executable, "-m", "tools.frontend", "run", "build:comparison"], cwd=ROOT, check=True, timeout=200
    )
    assert (PAGES / "index.html").is_file()


def measured(case, chromium, folder):
    samples = []
    run([case], 1, chromium, folder, samples.append)
    return {sample.way: sample for sample in samples}


def test_every_way_stores_a_file(chromium_path, tmp_path):
    # More than Uppy sends in one piece.
    case = Case("loopback", "", LOOPBACK, files=1, file_bytes=101 * MIB, ways=WAYS, reference="curl")
    found = measured(case, chromium_path, tmp_path)
    assert set(found) == {way.name for way in WAYS}
    assert all(sample.usage.swift > 0 and sample.usage.client > 0 for sample in found.values())
    pages = [sample for sample in found.values() if sample.way != "curl"]
    assert all(sample.renderer_peak_bytes > 0 and sample.long_tasks is not None for sample in pages)


def test_many_small_files_come_through_a_slow_link(chromium_path, tmp_path):
    link = Link(total_bits=1e9, connection_bits=1e8, delay_seconds=0.002)
    case = Case("small-files", "", link, 12, 1000, (VERIFIED, UPPY_BIG_PARTS), "client-verified")
    assert set(measured(case, chromium_path, tmp_path)) == {"client-verified", "uppy-32mib"}


def test_a_file_that_began_whole_is_cut_when_the_link_turns_out_to_be_slow(chromium_path, tmp_path):
    link = Link(total_bits=4e8)
    case = Case("gigabit", "", link, 1, 260 * MIB, (UNVERIFIED,), "client-unverified")
    # What is stored was counted; the second of the trial is paid twice.
    assert measured(case, chromium_path, tmp_path)["client-unverified"].seconds > 260 * MIB * 8 / 4e8 + 0.5


def test_a_way_that_fails_ends_the_run_with_its_name(chromium_path, tmp_path, monkeypatch):
    monkeypatch.setattr("bench.browser.stage.Stage.stored", lambda _stage: (0, 0))
    case = Case("loopback", "", LOOPBACK, 1, 1000, (VERIFIED,), "client-verified")
    with pytest.raises(UploadFailed, match="loopback, client-verified: 0 files"):
        run([case], 1, chromium_path, tmp_path, lambda _: None)
