"""`python -m bench browser`: measure, and put what was measured into the documentation."""

import dataclasses
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from bench.browser.cases import CASES, QUICK_ROUNDS, ROUNDS, Case, quick
from bench.browser.devtools import ChromiumFailed
from bench.browser.page import rendered, update_page
from bench.browser.records import SAMPLES_FILE, Sample, read_samples, write_setting
from bench.browser.run import UploadFailed, run
from bench.browser.stage import PAGES, ROOT, StageFailed
from bench.report.docs import MarkerError
from bench.rows import RecordError
from bench.runner.machine import busy_share, machine, versions
from swift_store.dev import EmbeddedSwiftError

_PAGE: Final = ROOT / "docs" / "browser-uploads.md"
_FRONTEND: Final = ROOT / "direct_upload" / "frontend"
_FOLDER: Final = click.Path(path_type=Path, file_okay=False)
_FAULTS: Final = (
    UploadFailed,
    StageFailed,
    ChromiumFailed,
    EmbeddedSwiftError,
    RecordError,
    MarkerError,
)
_LOOK_SECONDS: Final = 1.0
_TOOL_SECONDS: Final = 900.0


@click.command("browser")
@click.option("--out", type=_FOLDER, help="Folder of the run; a new one each time.")
@click.option("--quick", "is_quick", is_flag=True, help="Little to send, once: to try it.")
@click.option(
    "--case", "names", multiple=True, type=click.Choice([case.name for case in CASES]), help="Only this one."
)
@click.option("--rounds", type=click.IntRange(1), help="How often each way uploads.")
@click.option("--docs", "for_docs", is_flag=True, help="Write the result into docs/browser-uploads.md, too.")
def browser_command(
    out: Path | None, names: Sequence[str], rounds: int | None, *, is_quick: bool, for_docs: bool
) -> None:
    """Measure the client in Chromium beside curl, a single PUT and Uppy, in some fifteen minutes."""
    folder = out or Path("reports") / f"browser-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    if (folder / SAMPLES_FILE).exists():
        raise click.ClickException(f"{folder} holds a run already: choose another folder, or remove it")
    cases = [quick(case) if is_quick else case for case in CASES if not names or case.name in names]
    try:
        _measure(cases, rounds or (QUICK_ROUNDS if is_quick else ROUNDS), folder)
        (folder / "report.md").write_text(rendered(folder) + "\n", encoding="utf-8")
        click.echo(f"Measured into {folder}; see {folder / 'report.md'}")
        if for_docs:
            _publish(folder)
    except _FAULTS as error:
        raise click.ClickException(str(error)) from error


@click.command("browser-docs")
@click.argument("folder", type=_FOLDER)
def browser_docs_command(folder: Path) -> None:
    """Write a run's result into docs/browser-uploads.md, between its markers."""
    try:
        _publish(folder)
    except _FAULTS as error:
        raise click.ClickException(str(error)) from error


def _publish(folder: Path) -> None:
    read_samples(folder)
    if update_page(folder, _PAGE):
        click.echo(f"Changed {_PAGE}")


def _measure(cases: Sequence[Case], rounds: int, folder: Path) -> None:
    # So that what was started is stopped, and gigabytes of files are removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    chromium = _tool("chromium").stdout.strip()
    if not chromium:
        raise StageFailed("there is no Chromium here: install one, or set CHROMIUM to its path")
    if shutil.which("curl") is None:
        raise StageFailed("there is no curl on PATH")
    _build_pages()
    folder.mkdir(parents=True, exist_ok=True)
    write_setting(folder, _setting(chromium))
    run(cases, rounds, chromium, folder, _show)


def _build_pages() -> None:
    """The comparison's page, from the sources that are there now."""
    built = _tool("frontend", "run", "build:comparison")
    if built.returncode or not (PAGES / "index.html").is_file():
        raise StageFailed(f"the comparison's page could not be built: {built.stderr.strip()}")


def _tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the tree's own tools."""
    command = [sys.executable, "-m", f"tools.{name}", *arguments]
    return subprocess.run(  # noqa: S603 - our own command
        command, cwd=ROOT, capture_output=True, text=True, timeout=_TOOL_SECONDS, check=False
    )


def _setting(chromium: str) -> dict[str, Any]:
    told = subprocess.run([chromium, "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    packages = json.loads((_FRONTEND / "comparison" / "package.json").read_text())["dependencies"]
    swift = {name: version for name, version in versions().items() if name in {"python", "swift"}}
    return {
        "started_at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "busy_share_before": busy_share(_LOOK_SECONDS),
        "machine": dataclasses.asdict(machine()),
        "versions": {
            "Chromium": told.stdout.split()[1],
            "@uppy/aws-s3": packages["@uppy/aws-s3"],
            "Swift": swift["swift"],
            "Python": swift["python"],
        },
    }


def _show(sample: Sample) -> None:
    megabytes = sample.bytes_per_second / 1e6
    where = f"{sample.case} {sample.round + 1}"
    click.echo(
        f"{where:16} {sample.way:20} {sample.seconds:7.2f} s {megabytes:6.0f} MB/s"
        f"  CPU: page {sample.usage.renderer:.2f}, browser {sample.usage.browser:.2f},"
        f" Swift {sample.usage.swift:.2f}"
    )
