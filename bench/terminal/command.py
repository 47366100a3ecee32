"""`python -m bench terminal`: measure, and put what was measured into the documentation."""

import dataclasses
import json
import signal
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from bench.report.docs import MarkerError
from bench.runner.machine import busy_share, machine
from bench.runner.server import ServerFailed
from bench.runner.swift import SwiftFailed
from bench.terminal.contestants import Contestant, not_installed
from bench.terminal.measure import Put, PutFailed
from bench.terminal.page import rendered, update_page
from bench.terminal.run import run

_PAGE: Final = Path(__file__).parents[2] / "docs" / "terminal.md"
_FAULTS: Final = (PutFailed, ServerFailed, SwiftFailed, MarkerError)
_LOOK_SECONDS: Final = 1.0
_MIB: Final = 1 << 20


@click.command("terminal")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of the run."
)
@click.option(
    "--mib", type=click.IntRange(1), default=5120, show_default=True, help="Size of the file in MiB."
)
@click.option("--rounds", type=click.IntRange(1), default=8, show_default=True)
@click.option("--docs", "for_docs", is_flag=True, help="Write the result into docs/terminal.md, too.")
def terminal_command(out: Path, mib: int, rounds: int, *, for_docs: bool) -> None:
    """Measure how fast a file is put from a terminal, beside swift and rclone.

    rclone comes from the system (Debian: `apt-get install rclone`); without it there is nothing to publish.
    """
    if for_docs and not_installed():
        raise click.ClickException("rclone is not installed, and --docs needs it: apt-get install rclone")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if (out / "results.json").exists():
        raise click.ClickException(f"{out} holds a run already: choose another folder, or remove it")
    setting = _setting(mib * _MIB, rounds)
    labels: dict[str, str] = {}

    def show(number: int, one: Contestant, put: Put) -> None:
        labels[one.name] = one.label
        speed = setting["size"] / put.seconds / 1e6
        click.echo(
            f"{number + 1} {one.name:14} {speed:5.0f} MB/s {put.peak_bytes / 1e6:5.0f} MB memory", err=True
        )

    try:
        puts = run(setting["size"], rounds, show)
        text = rendered(puts, labels, setting)
        _write(out, puts, setting, text)
        if for_docs and update_page(text, _PAGE):
            click.echo(f"Changed {_PAGE}")
    except _FAULTS as error:
        raise click.ClickException(str(error)) from error
    click.echo(text)


def _write(folder: Path, puts: Mapping[str, Sequence[Put]], setting: Mapping[str, Any], text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    results = {
        **setting,
        "puts": {name: [dataclasses.asdict(one) for one in some] for name, some in puts.items()},
    }
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (folder / "report.md").write_text(text + "\n", encoding="utf-8")


def _setting(size: int, rounds: int) -> dict[str, Any]:
    return {
        "started_at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "busy_share_before": busy_share(_LOOK_SECONDS),
        "machine": dataclasses.asdict(machine()),
        "size": size,
        "rounds": rounds,
        "not_installed": not_installed(),
    }
