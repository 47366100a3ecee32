"""`python -m bench control-plane`: measure, and put what was measured into the documentation."""

import dataclasses
import json
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from bench.control_plane.contestants import CompanionMissing
from bench.control_plane.load import Burst, LoadFailed
from bench.control_plane.page import rendered, update_page
from bench.control_plane.run import Measured, run
from bench.report.docs import MarkerError
from bench.runner.machine import busy_share, machine, versions
from bench.runner.server import ServerFailed
from bench.runner.swift import SwiftFailed

_PAGE: Final = Path(__file__).parents[2] / "docs" / "control-plane.md"
_COMPANION_PACKAGES: Final = Path(__file__).with_name("companion") / "package.json"
_FAULTS: Final = (CompanionMissing, LoadFailed, ServerFailed, SwiftFailed, MarkerError)
_LOOK_SECONDS: Final = 1.0


@click.command("control-plane")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder of the run.")
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
@click.option("--seconds", type=click.IntRange(1), default=5, show_default=True, help="Of each burst.")
@click.option("--docs", "for_docs", is_flag=True, help="Write the result into docs/control-plane.md, too.")
@click.option("--without-companion", is_flag=True, help="Only ours and the bare handler: no npm is needed.")
def control_plane_command(
    out: Path | None, rounds: int, seconds: int, *, for_docs: bool, without_companion: bool
) -> None:
    """Measure how many uploads a process can begin in a second, beside Uppy Companion."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = out or Path("reports") / f"control-plane-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    if (folder / "results.json").exists():
        raise click.ClickException(f"{folder} holds a run already: choose another folder, or remove it")
    setting = _setting(rounds)
    try:
        measured = run(rounds, seconds, _show, with_companion=not without_companion)
        text = rendered(measured, setting)
        _write(folder, measured, setting, text)
        if for_docs and update_page(text, _PAGE):
            click.echo(f"Changed {_PAGE}")
    except _FAULTS as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Measured into {folder}; see {folder / 'report.md'}")


def _write(folder: Path, measured: Measured, setting: dict[str, Any], text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    results = setting | dataclasses.asdict(measured)
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (folder / "report.md").write_text(text + "\n", encoding="utf-8")


def _setting(rounds: int) -> dict[str, Any]:
    packages = json.loads(_COMPANION_PACKAGES.read_text(encoding="utf-8"))["dependencies"]
    found = versions()
    return {
        "started_at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "busy_share_before": busy_share(_LOOK_SECONDS),
        "machine": dataclasses.asdict(machine()),
        "rounds": rounds,
        "versions": {
            "@uppy/companion": packages["@uppy/companion"],
            "Tornado": found["tornado"],
            "Python": found["python"],
        },
    }


def _show(name: str, number: int, one: Burst) -> None:
    click.echo(
        f"{number + 1} {name:10} {one.rate:7.0f} a second {one.cpu_microseconds:6.0f} µs CPU", err=True
    )
