"""`direct-upload rm`: deletes the caller's files."""

from __future__ import annotations

from contextlib import suppress

import click

from direct_upload.client import NotFound
from direct_upload.commands.client_session import STATUSES, session, with_site
from direct_upload.commands.get import find


@click.command(name="rm", epilog=STATUSES)
@click.argument("ids_or_names", nargs=-1, required=True)
@with_site
def remove(ids_or_names: tuple[str, ...], to: str, token: str | None) -> None:
    """Delete files, by their ids or names."""
    with session(to, token) as client:
        for one in ids_or_names:
            file = find(client, one)
            # Gone is gone: the answer to an earlier attempt may be lost.
            with suppress(NotFound):
                client.delete(file.id)
            click.echo(f"Deleted {file.id}  {file.name}")
