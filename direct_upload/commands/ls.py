"""`direct-upload ls`: the caller's files."""

from __future__ import annotations

import json

import click

from direct_upload.commands.client_session import STATUSES, session, with_site


@click.command(name="ls", epilog=STATUSES)
@with_site
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_files(to: str, token: str | None, *, as_json: bool) -> None:
    """List your files, newest first."""
    with session(to, token) as client:
        for file in client.files():
            if as_json:
                click.echo(json.dumps(file.message()))
                continue
            held = "  (held)" if file.state == "held" else ""
            click.echo(f"{file.id}  {file.created_at:%Y-%m-%d %H:%M}  {file.size:>14}  {file.name}{held}")
