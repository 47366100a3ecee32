"""The files of an owner: commit, list, find, delete. Blocking; on top of `SwiftClient`.

A file exists from the moment its manifest is written, and that is only when every segment has the size and
MD5 that it says: nothing unverified is ever visible. A file may be held: complete and verified, but nobody
gets it before it is released.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from heapq import merge
from itertools import islice
from typing import Any

from swift_store import names, slo
from swift_store.at_once import at_once
from swift_store.client import PAGE, SwiftClient
from swift_store.containers import Containers
from swift_store.content_types import stored_type
from swift_store.errors import Problem, SwiftUnavailable
from swift_store.manifests import choice, labels
from swift_store.manifests.draft import Draft, Fault, ManifestExists, Manifests, SegmentsRejected
from swift_store.names import UploadNames
from swift_store.tickets import Ticket

ORIGINAL_TYPE = "X-Object-Meta-Original-Type"


class FileState(Enum):
    """Whether a file can be downloaded; the value is where its manifest lies."""

    STORED = names.FILES
    HELD = names.HELD


@dataclass(frozen=True)
class StoredFile:
    """A file in Swift. `type` is what it is served under; `etag` is Swift's, without quotes."""

    container: str
    names: UploadNames
    size: int
    type: str
    etag: str
    state: FileState = FileState.STORED

    @property
    def object_name(self) -> str:
        """Where the manifest lies."""
        return _name_in(self.state, self.names)

    @property
    def created_at(self) -> datetime:
        """When the upload began."""
        return names.created_at(self.names.upload_id)


@dataclass(frozen=True)
class Page:
    """Some of an owner's files, newest first; `next` continues the list, None at its end."""

    files: Sequence[StoredFile]
    next: str | None


class FileStore:
    """The files in some containers, each owner's in few of them.

    `committer` writes the manifests: Swift looks at every segment before it answers, which may take longer
    than any other call, so it is a client with a patience of its own. With `holding`, files may be held, and
    they are looked for too.
    """

    def __init__(
        self, client: SwiftClient, committer: SwiftClient, containers: Containers, *, holding: bool = False
    ) -> None:
        self._client = client
        self._committer = committer
        self._containers = containers
        self._states = tuple(FileState) if holding else (FileState.STORED,)

    def commit(
        self, ticket: Ticket, md5s: Sequence[str], state: FileState = FileState.STORED
    ) -> tuple[StoredFile, bool]:
        """Make the uploaded segments a file; return it, and whether it is new.

        The same commit again changes nothing and returns the same file. Raises a `Problem`:
        `invalid-segments`, `segments-rejected` with the segments at fault (the upload can go on),
        `already-complete` when the file is there with other contents.
        """
        slo.checked_md5s(md5s, ticket.segments.count)
        file = expected(ticket, md5s, state)
        draft = _draft(ticket, file, md5s)
        try:
            self._manifests().write(draft)
        except (ManifestExists, SegmentsRejected) as error:
            # Either may be about a file that is there already.
            if self._is_committed(ticket, file):
                if isinstance(error, ManifestExists):
                    self._have_listed(ticket, draft)
                return file, False
            if isinstance(error, ManifestExists):
                raise SwiftUnavailable("the file was deleted in the middle of its commit") from error
            self._drop_wrong_sizes(ticket, error.faults)
            detail = "Some segments are missing or differ from what was announced. Send those again."
            raise Problem("segments-rejected", detail, segments=error.faults) from error
        return file, True

    def _have_listed(self, ticket: Ticket, draft: Draft) -> None:
        """Write the manifest once more when Swift's listing lacks it.

        A Swift that ends after it has stored an object, and before the listing has it, never makes up for
        that. Nobody would find the file, and the sweep, which goes by listings, would take its segments.
        """
        if self._found(ticket.container, ticket.owner, ticket.upload_id) is None:
            self._manifests().write(replace(draft, is_repeated=True))

    def _manifests(self) -> Manifests:
        return choice.of_cluster(self._client, self._committer)

    def _drop_wrong_sizes(self, ticket: Ticket, faults: Sequence[Fault]) -> None:
        """A segment above the announced size must not stay as storage that nobody counts."""
        wrong = [ticket.names.segment(int(fault["number"])) for fault in faults if fault["reason"] == "size"]
        if wrong:
            self._client.bulk_delete([_path(ticket.container, name) for name in wrong])

    def _is_committed(self, ticket: Ticket, file: StoredFile) -> bool:
        head = self._client.head_object(ticket.container, file.object_name)
        if head is not None and labels.of_head(head).etag != file.etag:
            raise _other_checksums()
        return head is not None

    def committed(self, ticket: Ticket, md5s: Sequence[str]) -> StoredFile | None:
        """The file that this very commit made before, if it did; `already-complete` if another one did."""
        file = self._found(ticket.container, ticket.owner, ticket.upload_id)
        if file is not None and file.etag != slo.etag(md5s):
            raise _other_checksums()
        return file

    def discard(self, ticket: Ticket) -> None:
        """Delete the segments of an upload that is not complete; otherwise raise `already-complete`."""
        places = [_name_in(state, ticket.names) for state in self._states]
        if any(self._client.head_object(ticket.container, name) is not None for name in places):
            raise Problem("already-complete", "This upload is complete. Delete the file instead.")
        # The file goes with them, for the case that a commit came in between: it could not be read any more.
        gone = [*map(ticket.names.segment, range(ticket.segments.count)), *places]
        self._client.bulk_delete([_path(ticket.container, name) for name in gone])

    def page(self, owner: str, *, after: str | None, limit: int) -> Page:
        """A page of the owner's files, those that began before the upload AFTER."""
        places = [(one, state) for one in self._containers.candidates(owner) for state in self._states]
        lists = at_once(lambda place: self._newest(*place, owner, after, limit), places)
        files = list(islice(merge(*lists, key=lambda file: file.names.upload_id, reverse=True), limit))
        return Page(files, files[-1].names.upload_id if len(files) == limit else None)

    def _newest(
        self, container: str, state: FileState, owner: str, after: str | None, limit: int
    ) -> list[StoredFile]:
        entries = self._client.list_objects(
            container,
            prefix=names.owner_prefix(owner, state.value),
            limit=limit,
            marker=names.file_prefix(owner, after, state.value) if after else "",
            reverse=True,
        )
        return [from_listing(container, entry) for entry in entries]

    def find(self, owner: str, upload_id: str) -> StoredFile | None:
        """One of the owner's files, or None."""
        places = self._containers.candidates(owner)
        found = at_once(lambda container: self._found(container, owner, upload_id), places)
        return next(filter(None, found), None)

    def _found(self, container: str, owner: str, upload_id: str) -> StoredFile | None:
        for state in self._states:
            prefix = names.file_prefix(owner, upload_id, state.value)
            if entries := self._client.list_objects(container, prefix=prefix, limit=1):
                return from_listing(container, entries[0])
        return None

    def delete(self, file: StoredFile) -> None:
        """Delete the file and its segments. The file itself goes first: what is left over is never seen."""
        segments = self._client.segments_of(file.container, file.object_name)
        # An uploader may have sent more than the file needs; of very many, the sweep deletes the rest.
        listed = self._client.list_objects(file.container, prefix=file.names.segment_prefix, limit=PAGE)
        # Of a release that was stopped in the middle there may be two manifests.
        places = [_name_in(state, file.names) for state in self._states]
        beside = [*places, *(entry["name"] for entry in listed)]
        paths = [*(_path(file.container, name) for name in beside), *segments]
        self._client.bulk_delete(list(dict.fromkeys(paths)))


def _path(container: str, name: str) -> str:
    return f"/{container}/{name}"


def _name_in(state: FileState, upload: UploadNames) -> str:
    return upload.held if state is FileState.HELD else upload.file


def _other_checksums() -> Problem:
    detail = "This upload is complete already, with other checksums. Create a new upload."
    return Problem("already-complete", detail)


def _draft(ticket: Ticket, file: StoredFile, md5s: Sequence[str]) -> Draft:
    headers = {} if file.type == ticket.type else {ORIGINAL_TYPE: ticket.type}
    return Draft(ticket.container, file.object_name, ticket.names, ticket.segments, md5s, file.type, headers)


def expected(ticket: Ticket, md5s: Sequence[str], state: FileState) -> StoredFile:
    """The file that these segments become."""
    return StoredFile(
        ticket.container, ticket.names, ticket.size, stored_type(ticket.type), slo.etag(md5s), state
    )


def from_listing(container: str, entry: Mapping[str, Any]) -> StoredFile:
    """The file that an entry of Swift's listing of that container is about."""
    label = labels.of_listing(entry)
    return StoredFile(
        container,
        names.parse_file(entry["name"]),
        size=label.size,
        type=label.type,
        etag=label.etag,
        state=FileState(entry["name"].partition("/")[0]),
    )
