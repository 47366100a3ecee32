"""`direct-upload setup`: brings the containers in order, after it has said how."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

import click
from rich.markup import escape

from direct_upload.commands.people import console, table
from direct_upload.commands.settings import connected, own_swift, settings_of, with_flags
from swift_store import spread
from swift_store.account import Change
from swift_store.settings import Settings


@click.command()
@click.option("--dry-run", is_flag=True, help="Change nothing; say what would be.")
@click.option("--yes", is_flag=True, help="Don't ask. Without a terminal nobody is asked.")
@click.option("--json", "as_json", is_flag=True, help="Write plan and outcome as JSON; asks nobody.")
@with_flags
def setup(*, dry_run: bool, yes: bool, as_json: bool, **flags: str | None) -> None:
    """Prepare your Swift: the containers, their TempURL keys and CORS.

    Shows first what it will change, and asks. May be repeated at any time: the second time nothing is to be
    done.
    """
    settings = own_swift(settings_of(flags))
    with connected(settings) as client:
        parts = (settings.upload_containers, settings.secrets, settings.site_origins)
        changes = spread.plan(client, *parts, quota=settings.container_quota)
        if not as_json:
            _show(changes)
        applies = bool(changes) and not dry_run
        if applies and not (yes or as_json) and _somebody_is_there():
            click.confirm("Do this?", abort=True)
        if applies:
            spread.prepare(client, *parts, quota=settings.container_quota)
    _tell(settings, changes, applied=applies, dry_run=dry_run, as_json=as_json)


def _somebody_is_there() -> bool:
    """Whether a question would be seen and answered; scripts often keep the terminal as their input."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _tell(
    settings: Settings, changes: Sequence[Change], *, applied: bool, dry_run: bool, as_json: bool
) -> None:
    if as_json:
        plan = [asdict(change) for change in changes]
        said = {"container": settings.container, "changes": plan, "applied": applied}
        click.echo(json.dumps(said, indent=2))
    elif dry_run and changes:
        click.echo("Nothing was changed.")
    else:
        click.echo(f"Container {settings.container} is ready for {' '.join(settings.site_origins)}")


def _show(changes: Sequence[Change]) -> None:
    output = console()
    if not changes:
        output.print("Nothing is to be done.")
        return
    shown = table("container", "what", "is", "will be")
    for change in changes:
        shown.add_row(*map(escape, (change.container, change.what, change.now, change.then)))
    output.print(shown)
    for warning in dict.fromkeys(change.warning for change in changes if change.warning):
        output.print(f"[bold red]WARNING[/] {escape(warning)}")
