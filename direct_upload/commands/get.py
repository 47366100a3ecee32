"""`direct-upload get`: a stored file into the working directory."""

from __future__ import annotations

from dataclasses import replace

import click

from direct_upload.client import Client, ClientError, Progress, StoredFile
from direct_upload.commands.client_session import STATUSES, session, with_site
from direct_upload.commands.put_display import Display, JsonLines, Words
from swift_store.names import is_upload_id

_GO_ON = "Stopped. The same command goes on from here."


@click.command(epilog=STATUSES)
@click.argument("id_or_name")
@with_site
@click.option(
    "-o", "--output", type=click.Path(), help="Where to: a file or a folder. Default: its own name, here."
)
@click.option("--json", "as_json", is_flag=True, help="Tell what happens as JSON, one object a line.")
def get(id_or_name: str, to: str, token: str | None, output: str | None, *, as_json: bool) -> None:
    """Fetch a file, by its id or its name.

    An interrupted one goes on; a file that is there is replaced when the new one is whole. 'verified content'
    says that every byte was compared with the storage's checksum, 'verified size' that only the size could
    be.
    """
    display: Display = JsonLines() if as_json else Words()

    def moved(progress: Progress) -> None:
        display.moved(replace(progress, source=id_or_name))

    def failed(error: ClientError) -> None:
        display.failed(id_or_name, error)

    with session(to, token, on_stop=_GO_ON, on_failure=failed) as client:
        file = find(client, id_or_name)
        with display:
            fetched = client.get(file, output, on_progress=moved)
        facts = {"path": str(fetched.path), "verified": fetched.verified.value}
        display.done(id_or_name, file, facts)


class NoSuchName(ClientError):
    """None of the caller's files is called so."""


class AmbiguousName(ClientError):
    """Several of the caller's files are called so."""


def find(client: Client, id_or_name: str) -> StoredFile:
    """The caller's file with this id, or the only one with this name."""
    if is_upload_id(id_or_name):
        return client.file(id_or_name)
    found = [file for file in client.files() if file.name == id_or_name]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NoSuchName(f"You have no file called {id_or_name}.")
    ids = ", ".join(file.id for file in found)
    raise AmbiguousName(f"{len(found)} files are called {id_or_name}; give an id: {ids}")
