"""`direct-upload status`: what Swift holds, in all, of an owner, or of one upload."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from direct_upload.commands.identities import owner_named
from direct_upload.commands.people import console, progress, table
from direct_upload.commands.settings import connected, settings_of, swift_in_use
from direct_upload.sizes import age_text, size_text
from swift_store import ticket_times
from swift_store.client import SwiftClient
from swift_store.containers import Containers
from swift_store.inventory import (
    Inventory,
    UploadState,
    inventory,
    missing_numbers,
    size_of,
    state_of,
    ticket_ends_at,
)
from swift_store.leftovers import StoredUpload
from swift_store.names import is_upload_id, parse_file
from swift_store.private_store import PrivateStore
from swift_store.settings import Settings
from swift_store.sweep import LAST_SWEEP, stored

_MOST_SHOWN = 50
_MEANINGS = {
    UploadState.FILE: "can be downloaded",
    UploadState.HELD: "complete, and nobody may have it yet: direct-upload held",
    UploadState.BROKEN: "segments are gone or changed, so Swift refuses its download",
    UploadState.OPEN: "may still be completed",
    UploadState.EXPIRED: "can't be completed any more: direct-upload sweep",
}


@click.command()
@click.option("--owner", "named", help="Whose uploads: an identity, or the owner's 32 hex digits.")
@click.option("--upload", "upload_id", help="One upload or file, by its id.")
@click.option("--json", "as_json", is_flag=True, help="Write it as JSON, for programs.")
def status(*, named: str | None, upload_id: str | None, as_json: bool) -> None:
    """Show what Swift holds: files, open uploads, and what they take.

    Without options the totals of everybody. All of it is what Swift lists, which may lag behind a little.
    """
    if upload_id is not None and not is_upload_id(upload_id):
        raise click.UsageError("--upload takes the id of an upload or a file")
    settings = swift_in_use(settings_of({}))
    with connected(settings) as client, progress() as tell:
        tell("Listing …")
        document = _document(client, settings, named, upload_id)
    if upload_id is not None and not document["uploads"]:
        raise click.ClickException(f"Swift holds nothing of {upload_id}")
    if as_json:
        click.echo(json.dumps(document, indent=2))
    else:
        show = _show if upload_id is None else _show_each
        show(document, console())


def _document(
    client: SwiftClient, settings: Settings, named: str | None, upload_id: str | None
) -> dict[str, Any]:
    records = PrivateStore(client, settings.container)
    now = datetime.fromtimestamp(time.time(), UTC)
    lifetime = ticket_times.look(client, records, settings.ticket_lifetime, now.timestamp()).longest
    owner = owner_named(named, settings, records) if named else ""
    found = _found(client, settings.upload_containers, owner, upload_id)
    # The totals of a whole container are counted as they are listed, not kept.
    uploads = list(found) if owner or upload_id else []
    return {
        "container": settings.container,
        "owner": owner or None,
        **_counts(inventory(uploads or found, now=now, ticket_lifetime=lifetime)),
        "last_sweep": records.read(LAST_SWEEP),
        "uploads": [_described(one, now, lifetime) for one in reversed(uploads)],
    }


def _found(
    client: SwiftClient, containers: Containers, owner: str, upload_id: str | None
) -> Iterator[StoredUpload]:
    """Without the owner, an upload's name tells nothing of where it is in a listing."""
    exact = upload_id if owner and upload_id else ""
    uploads = stored(client, containers, owner=owner, upload_id=exact)
    return (one for one in uploads if upload_id in {None, one.upload_id})


def _counts(counted: Inventory) -> dict[str, Any]:
    shares = {state: counted.of(state) for state in UploadState}
    return {
        "owners": counted.owners,
        "states": {state: {"uploads": one.uploads, "size": one.size} for state, one in shares.items()},
    }


def _described(upload: StoredUpload, now: datetime, ticket_lifetime: int) -> dict[str, Any]:
    ends_at = None if upload.is_file else ticket_ends_at(upload, ticket_lifetime).isoformat()
    return {
        "id": upload.upload_id,
        "owner": upload.owner,
        "state": state_of(upload, now=now, ticket_lifetime=ticket_lifetime),
        # An open upload's name is in its ticket only.
        "name": parse_file(upload.manifests[0]).name if upload.is_file else None,
        "size": size_of(upload),
        "began_at": upload.began_at.isoformat(),
        "age_seconds": int((now - upload.began_at).total_seconds()),
        "ticket_ends_at": ends_at,
        "segments": len(upload.segments),
        "segment_bytes": upload.segment_bytes,
        "missing": list(missing_numbers(upload)),
    }


def _show(document: Mapping[str, Any], output: Console) -> None:
    uploads = document["uploads"]
    _show_totals(document, output)
    if uploads:
        _show_uploads(uploads[:_MOST_SHOWN], output)
    if len(uploads) > _MOST_SHOWN:
        output.print(f"The newest {_MOST_SHOWN} of {len(uploads)}; --json has all.")


def _show_totals(document: Mapping[str, Any], output: Console) -> None:
    whose = f"owner {document['owner']}" if document["owner"] else f"{document['owners']} owners"
    output.print(f"Container {escape(document['container'])}, {whose}")
    shown = table("state", "uploads", "bytes", "what it is", numbers=("uploads", "bytes"))
    for state, share in document["states"].items():
        shown.add_row(state, str(share["uploads"]), size_text(share["size"]), _MEANINGS[state])
    output.print(shown)
    last = document["last_sweep"]
    if last is not None and "ended_at" in last and document["owner"] is None:
        ended_at = datetime.fromtimestamp(last["ended_at"], UTC)
        output.print(
            f"The site swept last at {ended_at:%Y-%m-%d %H:%M} UTC: "
            f"{last['uploads']} leftovers, {size_text(last['size'])}."
        )


def _show_uploads(uploads: list[Mapping[str, Any]], output: Console) -> None:
    shown = table("id", "state", "age", "size", "segments", "name", numbers=("size", "segments"))
    for one in uploads:
        age = age_text(one["age_seconds"])
        name = escape(one["name"] or "")
        shown.add_row(one["id"], one["state"], age, size_text(one["size"]), str(one["segments"]), name)
    output.print(shown)


def _show_each(document: Mapping[str, Any], output: Console) -> None:
    for one in document["uploads"]:
        _show_one(one, output)


def _show_one(one: Mapping[str, Any], output: Console) -> None:
    rows = {
        "id": one["id"],
        "owner": one["owner"],
        "state": f"{one['state']}: {_MEANINGS[one['state']]}",
        "name": one["name"] or "in its ticket, which its client holds",
        "began": f"{one['began_at'][:19]} UTC, {age_text(one['age_seconds'])} ago",
        "ticket ends": f"{one['ticket_ends_at'][:19]} UTC" if one["ticket_ends_at"] else "",
        "size": f"{one['size']} bytes" if one["name"] else "",
        "segments": f"{one['segments']} with {one['segment_bytes']} bytes",
        "missing": ", ".join(map(str, one["missing"])),
    }
    shown = table("", "")
    shown.show_header = False
    for name, value in rows.items():
        if value:
            shown.add_row(name, escape(value))
    output.print(shown)
