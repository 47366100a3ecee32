"""All that can be done with uploads and files, for whoever has found out who asks.

Each call takes the owner (see `owner_of`), answers with the protocol's message, or raises a `Problem`.
Swift's own failures come as `SwiftUnavailable` and `SwiftRefused`; `faults.problem_of` makes them problems.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from direct_upload.admission import Admission
from direct_upload.commits import Commits
from direct_upload.core.faults import log_failure, problem_of
from direct_upload.messages import (
    BatchCompleted,
    BatchCompleteItem,
    BatchCreated,
    CompleteBatchResults,
    FileList,
    FileMessage,
    ProblemMessage,
    Refused,
    Renewed,
    Signatures,
    UploadBatchResults,
    UploadCreated,
    UploadRequest,
    target_message,
)
from direct_upload.metrics import Metrics
from direct_upload.storage import Storage
from direct_upload.telemetry import Step, Telemetry, observed
from swift_store import tickets
from swift_store.content_types import may_be_shown
from swift_store.errors import Problem, SwiftRefused, SwiftUnavailable
from swift_store.files import FileState, StoredFile
from swift_store.names import RANDOM_BYTES, is_upload_id
from swift_store.owners import owner_of
from swift_store.settings import Settings
from swift_store.uploads import Wish, new_ticket

M = TypeVar("M", UploadRequest, BatchCompleteItem)

PAGE_FILES, MAX_PAGE_FILES = 100, 1000
_PAGE_LIMIT = re.compile("[1-9][0-9]{0,3}")
# What may come in the way of one item. Anything else is a fault of ours, and the whole request's.
_ITEM_FAULTS = (Problem, ValidationError, SwiftUnavailable, SwiftRefused)
_EMBEDDED = "embedded"


def page_limit(text: str | None) -> int:
    """How many files a request's parameter `limit` asks for; a `Problem` when it is none."""
    if text is None:
        return PAGE_FILES
    if not _PAGE_LIMIT.fullmatch(text) or int(text) > MAX_PAGE_FILES:
        raise Problem("invalid-request", f"The parameter 'limit' takes a number from 1 to {MAX_PAGE_FILES}.")
    return int(text)


@dataclass(frozen=True)
class Completed:
    """A file, and whether this very call made it."""

    file: FileMessage
    is_new: bool


@dataclass(frozen=True)
class UploadService:
    """One site's uploads. `prefix` is where it is mounted: empty, or a path such as `/uploads`.

    `address` of a call is the client's network address, for policies and limits. `now` gives Unix seconds,
    `randomness(n)` n random bytes.
    """

    settings: Settings
    storage: Storage
    admission: Admission
    commits: Commits
    telemetry: Telemetry
    now: Callable[[], float]
    randomness: Callable[[int], bytes]
    prefix: str = ""

    @property
    def metrics(self) -> Metrics:
        return self.telemetry.metrics

    def owner_of(self, person: str) -> str:
        """The owner that stands for a person of an embedding site; `person` is what never changes of them."""
        return owner_of(self.storage.owner_key, _EMBEDDED, person)

    @observed(Step.CREATE)
    async def create(self, owner: str, asked: UploadRequest, *, address: str = "") -> UploadCreated:
        """Make a ticket, and sign where the segments go."""
        await self.admission.count_ticket(owner, address)
        connected, now = self.storage.connected, self.now()
        ticket = new_ticket(
            Wish(asked.name, asked.size, asked.type, asked.segment_size),
            owner=owner,
            container=self.settings.upload_containers.home(owner),
            limits=connected.limits,
            now=now,
            randomness=self.randomness(RANDOM_BYTES),
        )
        await self.commits.admit(ticket, address)
        target = connected.signer.target(ticket.container, ticket.names, now=now)
        self.telemetry.created()
        return UploadCreated.of(ticket, tickets.seal(ticket, self.settings.secrets), target, self.prefix)

    @observed(Step.RENEW)
    async def renew(self, owner: str, upload_id: str, ticket: str) -> Renewed:
        """A fresh signature for the same upload."""
        opened = self._open(ticket, upload_id, owner)
        signer = self.storage.connected.signer
        target = signer.target(opened.container, opened.names, now=self.now())
        return Renewed(target=target_message(target, upload_id, self.prefix))

    async def sign(self, owner: str, upload_id: str, ticket: str, segments: Sequence[int]) -> Signatures:
        """A signature for each of these segments by itself; any cluster takes such."""
        opened = self._open(ticket, upload_id, owner)
        count = opened.segments.count
        if wrong := [number for number in segments if not 0 <= number < count]:
            raise Problem("invalid-segments", f"The upload has {count} segments, none has number {wrong[0]}.")
        signer = self.storage.connected.signer
        return Signatures.of(signer.segment_queries(opened.container, opened.names, segments, now=self.now()))

    @observed(Step.COMPLETE)
    async def complete(
        self, owner: str, upload_id: str, ticket: str, md5s: Sequence[str], *, address: str = ""
    ) -> Completed:
        """Make the uploaded segments a file. Swift checks the size and MD5 of each."""
        opened = self._open(ticket, upload_id, owner)
        file, is_new = await self.commits.complete(opened, md5s, address)
        if is_new:
            self.telemetry.completed(file)
        return Completed(FileMessage.of(file, self.prefix), is_new)

    @observed(Step.DISCARD)
    async def discard(self, owner: str, upload_id: str, ticket: str) -> None:
        """Give an upload up: its segments are deleted."""
        await self.commits.discard(self._open(ticket, upload_id, owner))
        self.telemetry.discarded()

    async def create_many(
        self, owner: str, items: Sequence[UploadRequest | ValidationError], *, address: str = ""
    ) -> UploadBatchResults:
        """As `create` for each; a faulty item gets its problem, and spoils no other."""
        _ = self.storage.connected
        results: list[BatchCreated | Refused] = []
        for item in items:
            try:
                results.append(BatchCreated(upload=await self.create(owner, _sound(item), address=address)))
            except _ITEM_FAULTS as error:
                results.append(self._refused(error))
        return UploadBatchResults(results=results)

    async def complete_many(
        self, owner: str, items: Sequence[BatchCompleteItem | ValidationError], *, address: str = ""
    ) -> CompleteBatchResults:
        """As `complete` for each; a faulty item gets its problem, and spoils no other."""

        async def completed(given: BatchCompleteItem | ValidationError) -> BatchCompleted | Refused:
            try:
                item = _sound(given)
                done = await self.complete(owner, item.id, item.ticket, item.segments, address=address)
            except _ITEM_FAULTS as error:
                return self._refused(error)
            return BatchCompleted(file=done.file)

        return CompleteBatchResults(results=await self.storage.batches.each(completed, items))

    async def files(self, owner: str, *, after: str | None = None, limit: int = PAGE_FILES) -> FileList:
        """The owner's files, newest first; AFTER is the `next` of the page before."""
        if after is not None and not is_upload_id(after):
            raise Problem("invalid-request", "The parameter 'after' takes the 'next' of the page before.")
        page = await self.storage.run(self.storage.files.page, owner, after=after, limit=limit)
        return FileList.of(page, self.prefix)

    async def find(self, owner: str, file_id: str) -> FileMessage:
        """One of the owner's files; `not-found` for everybody else's."""
        return FileMessage.of(await self.stored(owner, file_id), self.prefix)

    async def delete(self, owner: str, file_id: str) -> None:
        """Delete one of the owner's files and its segments."""
        await self.commits.delete(await self.stored(owner, file_id))

    async def download_url(self, owner: str, file_id: str, *, inline: bool = False) -> str:
        """Where one of the owner's files is for a while; `held` when nobody may have it yet."""
        return self.location(await self.stored(owner, file_id), inline=inline)

    async def stored(self, owner: str, file_id: str) -> StoredFile:
        """What Swift says of one of the owner's files; `not-found` for everybody else's."""
        storage = self.storage
        file = await storage.run(storage.files.find, owner, file_id) if is_upload_id(file_id) else None
        if file is None:
            raise Problem("not-found", "You have no file with this id. It may have been deleted.")
        return file

    def location(
        self,
        file: StoredFile,
        *,
        inline: bool = False,
        until: int | None = None,
        addresses: str | None = None,
    ) -> str:
        """Where the file is for a while, not beyond UNTIL, for clients in ADDRESSES.

        Raises `held` when nobody may have it yet.
        """
        if file.state is FileState.HELD:
            raise Problem("held", "This file is held until somebody has looked at it. Try again later.")
        url = self.storage.connected.signer.download_url(
            file.container, file.names, now=self.now(), until=until, addresses=addresses
        )
        return f"{url}&inline" if inline and may_be_shown(file.type) else url

    def _open(self, token: str, upload_id: str, owner: str) -> tickets.Ticket:
        """The owner's own ticket for this upload; everybody else's is a problem."""
        ticket = tickets.open_ticket(token, self.settings.secrets, now=self.now())
        if ticket.upload_id != upload_id:
            raise Problem("wrong-upload", "The ticket belongs to another upload than the address names.")
        if ticket.owner != owner:
            raise Problem("foreign-ticket", "This upload was begun by somebody else, or the cookie is lost.")
        return ticket

    def _refused(self, error: Exception) -> Refused:
        """The result of an item that failed: counted and logged as that of a request would be."""
        problem = problem_of(error)
        self.metrics.problems.labels(problem.code).inc()
        log_failure(error, problem)
        return Refused(problem=ProblemMessage.of(problem))


def _sound(item: M | ValidationError) -> M:
    if isinstance(item, ValidationError):
        raise item
    return item
