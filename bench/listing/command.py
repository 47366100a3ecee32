"""`python -m bench listing`: how listings, commits and sweeps grow with a container."""

import dataclasses
import json
import signal
import sys
import tempfile
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

import click

from bench.listing.measure import Scene, Size
from bench.runner.machine import busy_share, machine, versions
from bench.runner.swift import SwiftFailed, storage_folder
from swift_store.dev import EmbeddedSwift

_ROOT: Final = Path(__file__).parents[2]
_LOOK_SECONDS: Final = 1.0
_SMALLEST: Final = 1000
# What other programs may use of the machine before figures that are published.
_BUSY: Final = 0.15


@click.command("listing")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--objects", type=click.IntRange(_SMALLEST), default=1_000_000, show_default=True)
@click.option("--repetitions", type=click.IntRange(1), default=25, show_default=True)
@click.option("--disk", is_flag=True, help="Keep Swift's data on the disk, not in memory.")
@click.option("--docs", "for_docs", is_flag=True, help="Write the folder's result into docs/scale.md, too.")
def listing_command(out: Path, objects: int, repetitions: int, *, disk: bool, for_docs: bool) -> None:
    """Measure a container of 1000 objects, of ten times as many, and so on, in an embedded Swift.

    What the folder holds already is not measured again. Rows are written straight into the container's
    database, so the objects do not exist; all that is measured is.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    result = out / "results.json"
    try:
        if not result.exists():
            measured = _measured(objects, repetitions, disk=disk, for_docs=for_docs)
            out.mkdir(parents=True, exist_ok=True)
            result.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
        _render(result, for_docs=for_docs)
    except SwiftFailed as error:
        raise click.ClickException(str(error)) from error


def _measured(objects: int, repetitions: int, *, disk: bool, for_docs: bool) -> dict[str, Any]:
    busy = busy_share(_LOOK_SECONDS)
    if for_docs:
        _refuse_busy(busy)
    place = storage_folder(on_disk=disk)
    sizes = []
    with (
        tempfile.TemporaryDirectory(prefix="bench-listing-", dir=place) as data,
        EmbeddedSwift(Path(data), background_seconds=0) as swift,
    ):
        scene = Scene(swift, Path(data))
        for size in _sizes(objects):
            sizes.append(scene.measure(size, repetitions))
            click.echo(f"{size} objects: {_told(sizes[-1])}", err=True)
    return {
        "started_at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "machine": dataclasses.asdict(machine()),
        "versions": versions(),
        "busy_share_before": busy,
        "on_disk": disk,
        "repetitions": repetitions,
        "sizes": [dataclasses.asdict(one) for one in sizes],
    }


def _refuse_busy(share: float) -> None:
    if share > _BUSY:
        raise click.ClickException(
            f"other programs used {share:.0%} of the machine, too much for figures to publish. End them and "
            "measure into another folder, or leave --docs out"
        )


def _sizes(objects: int) -> list[int]:
    smaller = takewhile(lambda size: size < objects, (_SMALLEST * 10**power for power in range(12)))
    return [*smaller, objects]


def _told(size: Size) -> str:
    waits = " ".join(f"{name} {one.median * 1000:.1f} ms" for name, one in size.waits.items())
    return f"{waits}, sweep {size.sweep_seconds:.1f} s, database {size.database_bytes} bytes"


def _render(result: Path, *, for_docs: bool) -> None:
    from bench.listing import page  # noqa: PLC0415 - what draws takes a second to load

    measured = json.loads(result.read_text(encoding="utf-8"))
    text = page.rendered(measured)
    (result.parent / "report.md").write_text(text + "\n", encoding="utf-8")
    if for_docs:
        _refuse_busy(measured["busy_share_before"])
        page.update(measured, _ROOT / "docs" / "scale.md", _ROOT / "docs" / "images" / "listing.svg")
    click.echo(text)
