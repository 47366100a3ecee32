"""`direct-upload rm`: deletes the caller's files."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import partial

import click

from direct_upload.client import Client, ClientError, NotFound
from direct_upload.commands.client_session import STATUSES, exit_status_of_all, session, with_site
from direct_upload.commands.get import find
from direct_upload.commands.put_display import Display, Failures, JsonLines, Words


@click.command(name="rm", epilog=STATUSES)
@click.argument("ids_or_names", nargs=-1, required=True)
@with_site
@click.option("--json", "as_json", is_flag=True, help="Tell what happens as JSON, one object a line.")
def remove(ids_or_names: tuple[str, ...], to: str, token: str | None, *, as_json: bool) -> None:
    """Delete files, by their ids or names."""
    display: Display = JsonLines() if as_json else Words()
    failures = Failures(display)
    with session(to, token, on_failure=partial(failures.add_all, ids_or_names)) as client:
        for one in ids_or_names:
            try:
                _delete(client, one, display)
            except ClientError as error:
                failures.add(one, error)
    sys.exit(exit_status_of_all(failures.errors, len(ids_or_names)))


def _delete(client: Client, id_or_name: str, display: Display) -> None:
    file = find(client, id_or_name)
    # Gone is gone: the answer to an earlier attempt may be lost.
    with suppress(NotFound):
        client.delete(file.id)
    display.tell("deleted", id_or_name, f"Deleted {file.id}  {file.name}", file=file.message())
