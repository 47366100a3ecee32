"""`direct-upload sweep`: deletes what uploads left behind that nobody can complete any more."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from direct_upload.commands.people import console, progress, table
from direct_upload.commands.settings import connected, settings_of, swift_in_use
from direct_upload.sizes import age_text, size_text
from swift_store import ticket_times
from swift_store.client import SwiftClient
from swift_store.private_store import PrivateStore
from swift_store.settings import Settings
from swift_store.sweep import Swept
from swift_store.sweep import sweep as sweep_all

_SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


class Age(click.ParamType[timedelta]):
    """A time such as `36h`, `10d` or `2w`."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        match = re.fullmatch(r"(\d{1,6})([mhdw])", value)
        if match is None:
            self.fail("takes a time such as 36h, 10d or 2w", param, ctx)
        return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])


@click.command()
@click.option(
    "--older-than", type=Age(), help="Touch only what is older: 36h, 10d, 2w. Default: what is safe."
)
@click.option("--dry-run", is_flag=True, help="Delete nothing; say what would be.")
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON, for programs.")
def sweep(*, older_than: timedelta | None, dry_run: bool, as_json: bool) -> None:
    """Delete the segments of uploads that were never completed, and those that files don't need.

    Touched are only uploads whose tickets ended a day ago or longer. May run at any time, anywhere, and in
    several places at once.
    """
    settings = swift_in_use(settings_of({}))
    with connected(settings) as client, progress() as tell:
        before = _before(client, settings, older_than, dry_run=dry_run)

        def show(found: Swept) -> None:
            tell(f"{found.uploads} leftovers, {size_text(found.size)} …")

        containers = settings.upload_containers
        swept = sweep_all(client, containers, began_before=before, dry_run=dry_run, tell=show)
    if as_json:
        click.echo(json.dumps(_document(swept, before, dry_run=dry_run)))
    else:
        _show(swept, dry_run=dry_run)


def _before(
    client: SwiftClient, settings: Settings, older_than: timedelta | None, *, dry_run: bool
) -> datetime:
    now, records = time.time(), PrivateStore(client, settings.container)
    find = ticket_times.look if dry_run else ticket_times.keep
    safe = find(client, records, settings.ticket_lifetime, now).over_before
    before = safe if older_than is None else datetime.fromtimestamp(now, UTC) - older_than
    if before > safe:
        least = age_text(now - safe.timestamp())
        raise click.UsageError(
            f"--older-than must be at least {least}: younger uploads may still be completed"
        )
    return before


def _document(swept: Swept, before: datetime, *, dry_run: bool) -> dict[str, Any]:
    return {
        "deleted": not dry_run,
        "began_before": before.isoformat(),
        "uploads": swept.uploads,
        "segments": swept.segments,
        "size": swept.size,
        "strays": swept.strays,
        "stray_size": swept.stray_size,
        "orphan_bytes": swept.orphan_size,
        "open_uploads": swept.open_uploads,
        "open_size": swept.open_size,
        "broken_files": swept.broken_files,
        "broken": list(swept.broken),
    }


def _show(swept: Swept, *, dry_run: bool) -> None:
    output = console()
    shown = table("", "number", "bytes", "what it is", numbers=("number", "bytes"))
    rows = (
        ("leftovers", swept.uploads, size_text(swept.size), "never completed, and nobody can any more"),
        ("strays", swept.strays, size_text(swept.stray_size), "segments that complete files don't need"),
        ("open uploads", swept.open_uploads, size_text(swept.open_size), "may still be completed; kept"),
        ("broken files", swept.broken_files, "", "lack segments or have others: no download; kept"),
    )
    for what, number, size, meaning in rows:
        shown.add_row(what, str(number), size, meaning)
    output.print(shown)
    if swept.broken:
        output.print(f"Broken, the first {len(swept.broken)}: {' '.join(swept.broken)}", soft_wrap=True)
    done = "Would delete" if dry_run else "Deleted"
    segments = swept.segments + swept.strays
    output.print(f"{done} {segments} segments, {swept.orphan_size} bytes.")
