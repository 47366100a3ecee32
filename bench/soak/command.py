"""`python -m bench soak`: an hour of uploads in bad weather, or some minutes of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from bench.faults.command import find_chromium
from bench.faults.stage import StageFailed
from bench.soak import records
from bench.soak.run import CLIENTS, Wishes, run
from bench.soak.senders import Sent

_FOLDER: Final = click.Path(path_type=Path, file_okay=False)
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
def soak_command(out: Path, minutes: float, seed: int, clients: Sequence[str]) -> None:
    """Upload hundreds of files by all clients in bad weather, then compare all that is stored."""
    from bench.soak.report import is_good, render  # noqa: PLC0415 - what draws takes a second to load

    chosen = clients or tuple(CLIENTS)
    wishes = Wishes(minutes * _MINUTE, seed, find_chromium() if "browser" in chosen else "", chosen)
    try:
        with _shown() as show:
            recorded = run(wishes, show)
    except StageFailed as error:
        raise click.ClickException(str(error)) from error
    records.write(out, recorded)
    render(out)
    good = is_good(recorded)
    click.echo(f"{len(recorded.sent)} uploads, {'good' if good else 'not good'}; see {out / 'report.md'}")
    sys.exit(0 if good else 1)


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
