"""Files that are held back: found, released, rejected. Blocking; on top of `SwiftClient`.

A held file's manifest lies below `held/`, and is a static one: what another kind shows, its uploader could
change after somebody has looked at it. To release it is to write the same manifest below `files/` (every
segment is compared once more) and to delete the first; whoever is stopped in between may do it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from swift_store import names
from swift_store.client import SwiftClient
from swift_store.containers import Containers
from swift_store.errors import Problem
from swift_store.files import ORIGINAL_TYPE, FileState, FileStore, StoredFile, from_listing
from swift_store.manifests.draft import SegmentsRejected
from swift_store.manifests.static import StaticManifests


class HeldFiles:
    """The held files of some containers; `committer` is the client that writes manifests."""

    def __init__(self, client: SwiftClient, committer: SwiftClient, containers: Containers) -> None:
        self._client = client
        self._committer = committer
        self._containers = containers
        self._files = FileStore(client, committer, containers, holding=True)

    def all(self) -> Iterator[StoredFile]:
        """All held files, container by container and owner by owner, the oldest first."""
        for container in self._containers.names:
            for entry in self._client.listing(container, f"{names.HELD}/"):
                yield from_listing(container, entry)

    def owner_of(self, upload_id: str) -> str | None:
        """Whose this held file is; None when nobody's."""
        return next((file.names.owner for file in self.all() if file.names.upload_id == upload_id), None)

    def release(self, owner: str, upload_id: str) -> tuple[StoredFile, bool]:
        """Let the file be downloaded; return it, and whether it was held until now.

        Raises `not-found`, and `segments-rejected` when a segment was changed since the file was complete.
        """
        held = self.find(owner, upload_id)
        if held.state is FileState.STORED:
            self._client.delete_object(held.container, held.names.held)
            return held, False
        head = self._client.head_object(held.container, held.object_name)
        if head is None:
            raise _not_found()
        kept = head.get(ORIGINAL_TYPE.lower())
        headers = {ORIGINAL_TYPE: kept} if kept else {}
        manifests = StaticManifests(self._client, self._committer)
        try:
            manifests.copy(held.container, held.object_name, held.names.file, head["content-type"], headers)
        except SegmentsRejected as error:
            detail = "The file was changed after it was complete. Reject it."
            raise Problem("segments-rejected", detail, segments=error.faults) from error
        self._client.delete_object(held.container, held.object_name)
        return replace(held, state=FileState.STORED), True

    def reject(self, owner: str, upload_id: str) -> StoredFile:
        """Delete a held file and its segments; return what it was. Raises `not-found` and `not-held`."""
        file = self.find(owner, upload_id)
        if file.state is FileState.STORED:
            raise Problem("not-held", "This file is released already. Its owner can delete it.")
        self._files.delete(file)
        return file

    def find(self, owner: str, upload_id: str) -> StoredFile:
        """A file of either state. Raises `not-found`."""
        file = self._files.find(owner, upload_id)
        if file is None:
            raise _not_found()
        return file


def _not_found() -> Problem:
    return Problem("not-found", "There is no such file. It may have been rejected or deleted.")
