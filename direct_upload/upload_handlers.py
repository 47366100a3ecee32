"""The life of an upload: create, renew, sign, complete, discard. Only `complete` and `discard` ask Swift."""

from __future__ import annotations

from direct_upload.handlers import SiteHandler
from direct_upload.messages import (
    CompleteRequest,
    FileMessage,
    Renewed,
    Signatures,
    SignaturesRequest,
    TicketRequest,
    UploadCreated,
    UploadRequest,
)
from direct_upload.operations import STORAGE_PROBLEMS, Operation, operation

_TICKET_PROBLEMS = ("invalid-ticket", "ticket-expired", "wrong-upload", "foreign-ticket")
# What an upload can meet when it is created, and when it is complete.
_LIMIT_PROBLEMS = ("file-too-large", "quota-exceeded", "type-refused", "name-refused", "refused")


class Uploads(SiteHandler):
    @operation(
        Operation(
            "Create an upload: a signed ticket, and where the segments go.",
            answers={201: UploadCreated},
            body=UploadRequest,
            problems=(
                *("invalid-name", "invalid-type", "invalid-segment-size", "not-ready"),
                *("too-many-requests", "too-many-uploads", "policy-unavailable"),
                *STORAGE_PROBLEMS,
                *_LIMIT_PROBLEMS,
            ),
        )
    )
    async def post(self) -> None:
        asked = self.read(UploadRequest)
        self.answer(201, await self.site.uploads.create(self.owner, asked, address=self.client_address))


class Renewal(SiteHandler):
    @operation(
        Operation(
            "Get a fresh signature for the same upload.",
            answers={200: Renewed},
            body=TicketRequest,
            problems=(*_TICKET_PROBLEMS, "not-ready"),
        )
    )
    async def post(self, upload_id: str) -> None:
        asked = self.read(TicketRequest)
        self.answer(200, await self.site.uploads.renew(self.owner, upload_id, asked.ticket))


class SegmentSignatures(SiteHandler):
    @operation(
        Operation(
            "Get a signature for each of some segments, where the target has none for all of them.",
            answers={200: Signatures},
            body=SignaturesRequest,
            problems=(*_TICKET_PROBLEMS, "invalid-segments", "not-ready"),
        )
    )
    async def post(self, upload_id: str) -> None:
        asked = self.read(SignaturesRequest)
        self.answer(200, await self.site.uploads.sign(self.owner, upload_id, asked.ticket, asked.segments))


class Completion(SiteHandler):
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
                *STORAGE_PROBLEMS,
            ),
        )
    )
    async def post(self, upload_id: str) -> None:
        asked = self.read(CompleteRequest)
        done = await self.site.uploads.complete(
            self.owner, upload_id, asked.ticket, asked.segments, address=self.client_address
        )
        self.answer(201 if done.is_new else 200, done.file)


class Upload(SiteHandler):
    @operation(
        Operation(
            "Give an upload up: its segments are deleted.",
            answers={204: None},
            headers={"Upload-Ticket": "The ticket of the upload."},
            problems=(*_TICKET_PROBLEMS, "already-complete", *STORAGE_PROBLEMS),
        )
    )
    async def delete(self, upload_id: str) -> None:
        ticket = self.request.headers.get("Upload-Ticket", "")
        await self.site.uploads.discard(self.owner, upload_id, ticket)
        self.set_status(204)
