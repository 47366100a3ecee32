"""`direct-upload held`, `release` and `reject`: what becomes of files that are held back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import click

from direct_upload import events
from direct_upload.commands.settings import connected, settings_of, swift_in_use
from direct_upload.events import EventType
from swift_store import links
from swift_store.client import SwiftClient
from swift_store.errors import Problem
from swift_store.files import StoredFile
from swift_store.held_files import HeldFiles
from swift_store.private_store import PrivateStore
from swift_store.settings import Settings


@click.command()
def held() -> None:
    """Show the files that are held back."""
    with _held_files() as (_settings, _client, files):
        for file in files.all():
            names, began = file.names, f"{file.created_at:%Y-%m-%d %H:%M}"
            click.echo(f"{names.upload_id}  {began}  {file.size:>15}  {names.owner}  {names.name}")


@click.command()
@click.argument("file_id")
def release(file_id: str) -> None:
    """Let people download a held file."""
    with _decided(file_id, EventType.STORED) as (_records, files, file):
        files.release(file.names.owner, file_id)
    click.echo(f"File {file_id} ({file.names.name}) is released.")


@click.command()
@click.argument("file_id")
def reject(file_id: str) -> None:
    """Delete a held file."""
    with _decided(file_id, EventType.REJECTED) as (records, files, file):
        records.delete_below(links.record_prefix(file.names.owner, file_id))
        files.reject(file.names.owner, file_id)
    click.echo(f"File {file_id} ({file.names.name}) is rejected and deleted.")


@contextmanager
def _held_files() -> Iterator[tuple[Settings, SwiftClient, HeldFiles]]:
    settings = swift_in_use(settings_of({}))
    # To release a file, Swift looks at all its segments.
    with connected(replace(settings, swift_timeout=settings.commit_timeout)) as client:
        yield settings, client, HeldFiles(client, client, settings.upload_containers)


@contextmanager
def _decided(file_id: str, kind: EventType) -> Iterator[tuple[PrivateStore, HeldFiles, StoredFile]]:
    with _held_files() as (settings, client, files):
        records = PrivateStore(client, settings.container)
        file = next((one for one in files.all() if one.names.upload_id == file_id), None)
        if file is None:
            raise click.ClickException("there is no held file with this id; see 'direct-upload held'")
        if settings.webhook_url:
            # A running site finds it in its outbox, and tells it.
            now = time.time()
            event = events.event(kind, file, now=now)
            record = events.to_record(event, now=now, is_watched=False)
            records.create(events.OUTBOX + event.id, record)
        try:
            yield records, files, file
        except Problem as error:
            raise click.ClickException(error.detail) from error
