"""The life of an upload: create, renew, complete, discard. Only `complete` and `discard` ask Swift."""

from __future__ import annotations

from collections.abc import Sequence

from direct_upload.handlers import SiteHandler
from direct_upload.messages import (
    CompleteRequest,
    FileMessage,
    Renewed,
    TargetMessage,
    TicketRequest,
    UploadCreated,
    UploadRequest,
)
from direct_upload.operations import Operation, operation
from swift_store import tickets
from swift_store.errors import Problem
from swift_store.files import StoredFile
from swift_store.names import RANDOM_BYTES
from swift_store.uploads import Wish, new_ticket

_TICKET_PROBLEMS = ("invalid-ticket", "ticket-expired", "wrong-upload", "foreign-ticket")
# What an upload can meet when it is created, and when it is complete.
_LIMIT_PROBLEMS = ("file-too-large", "quota-exceeded", "type-refused", "name-refused", "refused")


class UploadHandler(SiteHandler):
    """The steps of an upload, for one or for many.

    `owner` is the caller, asked for once in a request: for a new browser each question makes another one.
    """

    async def create(self, asked: UploadRequest, owner: str) -> UploadCreated:
        """Make a ticket, and sign where the segments go."""
        site = self.site
        await site.admission.count_ticket(owner, self.client_address)
        connected, now = site.storage.connected, site.now()
        ticket = new_ticket(
            Wish(asked.name, asked.size, asked.type, asked.segment_size),
            owner=owner,
            container=site.settings.container,
            limits=connected.limits,
            now=now,
            randomness=site.randomness(RANDOM_BYTES),
        )
        await site.commits.admit(ticket, self.client_address)
        target = connected.signer.target(ticket.container, ticket.names, now=now)
        site.metrics.uploads.labels("created").inc()
        return UploadCreated.of(ticket, tickets.seal(ticket, site.settings.secrets), target)

    async def complete(self, ticket: tickets.Ticket, md5s: Sequence[str]) -> tuple[StoredFile, bool]:
        """Commit the upload; return its file, and whether it is new."""
        file, is_new = await self.site.commits.complete(ticket, md5s, self.client_address)
        if is_new:
            self.site.metrics.uploads.labels("completed").inc()
            self.site.metrics.committed_bytes.inc(file.size)
        return file, is_new

    def open_ticket(self, token: str, upload_id: str, owner: str) -> tickets.Ticket:
        """The caller's own ticket for this upload; everybody else's is a problem."""
        ticket = tickets.open_ticket(token, self.site.settings.secrets, now=self.site.now())
        if ticket.upload_id != upload_id:
            raise Problem("wrong-upload", "The ticket belongs to another upload than the address names.")
        if ticket.owner != owner:
            raise Problem("foreign-ticket", "This upload was begun by somebody else, or the cookie is lost.")
        return ticket


class Uploads(UploadHandler):
    @operation(
        Operation(
            "Create an upload: a signed ticket, and where the segments go.",
            answers={201: UploadCreated},
            body=UploadRequest,
            problems=(
                *("invalid-name", "invalid-type", "invalid-segment-size", "not-ready"),
                *("too-many-requests", "too-many-uploads", "policy-unavailable"),
                *("storage-unavailable", "storage-refused"),
                *_LIMIT_PROBLEMS,
            ),
        )
    )
    async def post(self) -> None:
        self.answer(201, await self.create(self.read(UploadRequest), self.owner))


class Renewal(UploadHandler):
    @operation(
        Operation(
            "Get a fresh signature for the same upload.",
            answers={200: Renewed},
            body=TicketRequest,
            problems=(*_TICKET_PROBLEMS, "not-ready"),
        )
    )
    def post(self, upload_id: str) -> None:
        ticket = self.open_ticket(self.read(TicketRequest).ticket, upload_id, self.owner)
        target = self.site.storage.connected.signer.target(
            ticket.container, ticket.names, now=self.site.now()
        )
        self.answer(200, Renewed(target=TargetMessage.of(target)))


class Completion(UploadHandler):
    @operation(
        Operation(
            "Make the uploaded segments a file. Swift checks the size and MD5 of each.",
            answers={201: FileMessage, 200: FileMessage},
            body=CompleteRequest,
            problems=(
                *_TICKET_PROBLEMS,
                *_LIMIT_PROBLEMS,
                "invalid-segments",
                "segments-rejected",
                "already-complete",
                "storage-unavailable",
                "storage-refused",
            ),
        )
    )
    async def post(self, upload_id: str) -> None:
        asked = self.read(CompleteRequest)
        ticket = self.open_ticket(asked.ticket, upload_id, self.owner)
        file, is_new = await self.complete(ticket, asked.segments)
        self.answer(201 if is_new else 200, FileMessage.of(file))


class Upload(UploadHandler):
    @operation(
        Operation(
            "Give an upload up: its segments are deleted.",
            answers={204: None},
            headers={"Upload-Ticket": "The ticket of the upload."},
            problems=(*_TICKET_PROBLEMS, "already-complete", "storage-unavailable", "storage-refused"),
        )
    )
    async def delete(self, upload_id: str) -> None:
        ticket = self.open_ticket(self.request.headers.get("Upload-Ticket", ""), upload_id, self.owner)
        await self.site.commits.discard(ticket)
        self.site.metrics.uploads.labels("discarded").inc()
        self.set_status(204)
        await self.finish()
