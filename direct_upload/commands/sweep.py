"""`direct-upload sweep`: deletes what uploads left behind that nobody can complete any more."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import timedelta

import click

from direct_upload.commands.settings import connected, settings_of, swift_in_use
from swift_store import sweep as leftovers
from swift_store.leftovers import swept_before
from swift_store.sweep import Swept

# For listings that lag behind what is stored, by far the longest that they do.
GRACE = timedelta(days=1)


@click.command()
@click.option("--dry-run", is_flag=True, help="Delete nothing; say what would be.")
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON, for programs.")
def sweep(*, dry_run: bool, as_json: bool) -> None:
    """Delete the segments of uploads that were never completed.

    Touched are only uploads whose tickets ended a day ago or longer. May run at any time, anywhere, and in
    several places at once.
    """
    settings = swift_in_use(settings_of({}))
    total = Swept()
    began_before = swept_before(time.time(), settings.ticket_lifetime, GRACE)
    with connected(settings) as client:
        for leftover in leftovers.find(client, settings.container, began_before=began_before):
            if not dry_run:
                leftovers.delete(client, settings.container, leftover)
            total += leftover
    if as_json:
        click.echo(json.dumps({**asdict(total), "deleted": not dry_run}))
        return
    done = "Would delete" if dry_run else "Deleted"
    click.echo(f"{done} {total.segments} segments of {total.uploads} uploads, {total.size} bytes.")
