"""`python -m bench faults`: play the matrix, and put it into the documentation."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bench.faults.marked import PAGE, MarkerError, update
from bench.faults.play import Ending, Played
from bench.faults.records import MatrixRun, read_run, write_run
from bench.faults.report import block
from bench.faults.run import Matrix
from bench.faults.stage import ROOT
from bench.faults.table import Cell, Client, cells
from bench.rows import RecordError
from bench.runner.machine import machine

_FOLDER: Final = click.Path(path_type=Path, file_okay=False)
_TOOL_SECONDS: Final = 900.0


@click.command("faults")
@click.option("--out", type=_FOLDER, required=True, help="Folder of the run.")
@click.option("--only", "pattern", default="*", help="Only cells with such a name: 'reset/*/browser'.")
@click.option(
    "--clients", multiple=True, type=click.Choice([client.value for client in Client]), help="Only this one."
)
@click.option(
    "--jobs", type=click.IntRange(1), default=os.cpu_count(), show_default=True, help="Cells at once."
)
@click.option("--docs", "for_docs", is_flag=True, help="Write the result into docs/reliability.md, too.")
def faults_command(out: Path, pattern: str, clients: Sequence[str], jobs: int, *, for_docs: bool) -> None:
    """Break everything, at every moment of an upload, for every client; and look whether anything is lost."""
    run = _play(out, [cell for cell in cells() if _is_wanted(cell, pattern, clients)], jobs)
    (out / "report.md").write_text(block(run) + "\n", encoding="utf-8")
    if for_docs:
        _publish(run)
    broken = [played for played in run.played if played.ending is Ending.BROKEN]
    click.echo(f"{len(run.played)} cells, {len(broken)} broken; see {out / 'report.md'}")
    sys.exit(1 if broken else 0)


@click.command("faults-docs")
@click.argument("folder", type=_FOLDER)
def faults_docs_command(folder: Path) -> None:
    """Write the matrix that a folder holds into docs/reliability.md, between its markers."""
    try:
        _publish(read_run(folder))
    except RecordError as error:
        raise click.ClickException(str(error)) from error


def _publish(run: MatrixRun) -> None:
    try:
        if update(PAGE, "matrix", block(run)):
            click.echo(f"Changed {PAGE}")
    except MarkerError as error:
        raise click.ClickException(str(error)) from error


def _is_wanted(cell: Cell, pattern: str, clients: Sequence[str]) -> bool:
    return fnmatchcase(cell.name, pattern) and (not clients or cell.client.value in clients)


def _play(out: Path, wanted: Sequence[Cell], jobs: int) -> MatrixRun:
    # So that what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    begun, started_at = time.monotonic(), datetime.now().astimezone().isoformat(timespec="seconds")
    where = machine()

    def written() -> MatrixRun:
        seconds = round(time.monotonic() - begun, 1)
        run = MatrixRun(started_at, seconds, jobs, where, tuple(matrix.played))
        write_run(out, run)
        return run

    with _shown(len(wanted)) as show:
        matrix = Matrix(wanted, find_chromium(), lambda played: (show(played), written())[0])
        matrix.run(jobs)
    return written()


@contextmanager
def _shown(count: int) -> Iterator[Callable[[Played], None]]:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("Cells", total=count)

        def show(played: Played) -> None:
            about = "; ".join(played.violations) or played.words
            line = f"{played.ending.value} {played.cell} {played.seconds:.1f} s {about}"
            console.print(line.rstrip(), markup=False)
            progress.update(task, advance=1)

        yield show


def find_chromium() -> str:
    """The Chromium that the tests use, installed when there is none."""
    found = subprocess.run(
        [sys.executable, "-m", "tools.chromium"],
        cwd=ROOT, capture_output=True, text=True, timeout=_TOOL_SECONDS, check=False,
    )  # fmt: skip
    if not found.stdout.strip():
        raise click.ClickException("there is no Chromium here: install one, or set CHROMIUM to its path")
    return found.stdout.strip()
