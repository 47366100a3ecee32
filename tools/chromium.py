"""Prints the path of a Chromium that the end-to-end tests can drive, installing one when there is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ANSWER_SECONDS = 60
_INSTALL_SECONDS = 900


def find() -> str | None:
    """Return the browser that CHROMIUM names, else one on PATH, else Playwright's own; None without any."""
    return next((path for path in _candidates() if _answers(path)), None)


def install() -> None:
    """Install Debian's package where that is allowed, and Playwright's download where it brought none."""
    for installer in (_install_by_apt, _install_by_playwright):
        if find() is None:
            installer()


def _candidates() -> Iterator[str]:
    if chosen := os.environ.get("CHROMIUM"):
        yield chosen
        return
    yield from filter(None, map(shutil.which, _NAMES))
    yield from _playwrights_own()


def _playwrights_own() -> Iterator[str]:
    # Imported when all else failed: it starts a driver process, and a tree without the test extras lacks it.
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415
    except ImportError:
        return
    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


def _answers(path: str) -> bool:
    # A name on PATH may be a stub that only tells how to install the real thing.
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=_ANSWER_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _install_by_apt() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        update_and_install: tuple[list[str], ...] = (
            ["apt-get", "update", "-q"],
            ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"],
        )
        all(_install(command) for command in update_and_install)


def _install_by_playwright() -> None:
    _install([sys.executable, "-m", "playwright", "install", "chromium"])


def _install(command: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # stdout is for the browser's path alone.
    try:
        finished = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            timeout=_INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return finished.returncode == 0


def main() -> int:
    path = find()
    if path is None and (chosen := os.environ.get("CHROMIUM")):
        sys.stderr.write(f"CHROMIUM={chosen} is not a browser that tells its version.\n")
        return 1
    if path is None:
        install()
        path = find()
    if path is None:
        sys.stderr.write(
            "No Chromium here and none could be installed: install one and set CHROMIUM to its path.\n"
        )
        return 1
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
