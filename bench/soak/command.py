"""`python -m bench soak`: an hour of uploads in bad weather, or some minutes of it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from bench.faults.command import find_chromium
from bench.faults.marked import PAGE, MarkerError
from bench.faults.stage import StageFailed
from bench.rows import RecordError
from bench.soak import records
from bench.soak.run import CLIENTS, Wishes, run
from bench.soak.senders import Sent

_FOLDER: Final = click.Path(path_type=Path, file_okay=False)
_PICTURE: Final = PAGE.with_name("images") / "soak.svg"
_MINUTE: Final = 60.0


@click.command("soak")
@click.option("--out", type=_FOLDER, required=True, help="Folder of the run.")
@click.option("--minutes", type=click.FloatRange(0.1), default=60.0, show_default=True, help="How long.")
@click.option("--seed", type=int, default=1, show_default=True, help="Which files, and which weather.")
@click.option(
    "--client",
    "clients",
    multiple=True,
    type=click.Choice(list(CLIENTS)),
    help="Only this one. May be repeated.",
)
@click.option("--docs", "for_docs", is_flag=True, help="Write the report into docs/reliability.md, too.")
def soak_command(out: Path, minutes: float, seed: int, clients: Sequence[str], *, for_docs: bool) -> None:
    """Upload hundreds of files by all clients in bad weather, then compare all that is stored."""
    from bench.soak.report import render  # noqa: PLC0415 - what draws takes a second to load
    from bench.soak.verdict import objections  # noqa: PLC0415 - and so does what judges

    # So that what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    chosen = clients or tuple(CLIENTS)
    wishes = Wishes(minutes * _MINUTE, seed, find_chromium() if "browser" in chosen else "", chosen)
    try:
        with _shown() as show:
            recorded = run(wishes, show)
    except StageFailed as error:
        raise click.ClickException(str(error)) from error
    records.write(out, recorded)
    render(out)
    if for_docs:
        _publish(recorded)
    against = objections(recorded)
    click.echo(f"{len(recorded.sent)} uploads, {'; '.join(against) or 'good'}; see {out / 'report.md'}")
    sys.exit(1 if against else 0)


@click.command("soak-docs")
@click.argument("folder", type=_FOLDER)
def soak_docs_command(folder: Path) -> None:
    """Write the soak that a folder holds into docs/reliability.md, between its markers."""
    try:
        _publish(records.read(folder))
    except RecordError as error:
        raise click.ClickException(str(error)) from error


def _publish(recorded: records.Recorded) -> None:
    from bench.soak.report import publish  # noqa: PLC0415 - as above

    try:
        if publish(recorded, PAGE, _PICTURE):
            click.echo(f"Changed {PAGE}")
    except MarkerError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _shown() -> Iterator[Callable[[Sent], None]]:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    counts = {True: 0, False: 0}
    with console.status("Uploading") as status:

        def show(sent: Sent) -> None:
            counts[sent.is_stored] += 1
            status.update(f"{counts[True]} stored, {counts[False]} failed")
            if not sent.is_stored:
                console.print(f"{sent.t:.0f} s {sent.client} {sent.name}: {sent.words}", markup=False)

        yield show
