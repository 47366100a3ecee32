"""Takes the README's picture of the page: a real site, a real Swift, and files on their way."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tools.chromium import find

IMAGES = Path(__file__).parents[1] / "docs" / "images"
_MIB = 1 << 20
_FADE_MS = 500
_UPLOAD_SPEED = 3 * _MIB  # bytes a second
_STORED = {
    "Interview, full length.mp4": 41 * _MIB,
    "Bericht 2026.pdf": 2 * _MIB,
    "Fête du village, août.jpg": 5 * _MIB,
    "measurements.csv": 300_000,
}
_UNDER_WAY = {"Aerial survey.tif": 48 * _MIB, "Concert recording.wav": 36 * _MIB}


@contextmanager
def _site() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "direct_upload", "serve", "--port", "0", "--data-dir", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None  # noqa: S101 - for mypy: it was opened as a pipe
            try:
                yield process.stdout.readline().split()[-1]
            finally:
                process.terminate()


def _choose(page: Page, folder: Path, files: dict[str, int]) -> None:
    for name, size in files.items():
        with (folder / name).open("wb") as file:
            file.truncate(size)
    page.get_by_test_id("file-input").set_input_files([folder / name for name in files])


def _stage(page: Page, folder: Path) -> None:
    """Bring the page into the state that the picture shows."""
    _choose(page, folder, _STORED)
    expect(page.get_by_test_id("file-row")).to_have_count(len(_STORED), timeout=60_000)
    page.get_by_role("button", name=re.compile("clear", re.IGNORECASE)).click()
    network = {
        "offline": False,
        "latency": 5,
        "downloadThroughput": -1,
        "uploadThroughput": _UPLOAD_SPEED,
    }
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", network)
    _choose(page, folder, _UNDER_WAY)
    page.wait_for_timeout(8000)
    page.mouse.move(0, 0)


def main() -> None:
    """Write `docs/images/page.png` and its dark twin."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with _site() as url, sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 960, "height": 900}, device_scale_factor=2)
        page.goto(url)
        _stage(page, Path(folder))
        for scheme, name in (("light", "page.png"), ("dark", "page-dark.png")):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.wait_for_timeout(_FADE_MS)
            page.screenshot(path=IMAGES / name, full_page=True)
        browser.close()


if __name__ == "__main__":
    main()
