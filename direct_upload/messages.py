"""What the API takes and gives, as types: validation and the OpenAPI schemas both come from here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from swift_store import tickets
from swift_store.errors import Problem
from swift_store.files import FileState, Page, StoredFile
from swift_store.signer import SegmentQueries, Target
from swift_store.slo import MAX_SEGMENTS

_MAX_TICKET_CHARACTERS = 8192
_MAX_TEXT_CHARACTERS = 4096
MAX_BATCH = 100

M = TypeVar("M")

TicketText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=_MAX_TICKET_CHARACTERS),
    Field(description="The signed ticket, as POST /api/uploads gave it."),
]


class Message(BaseModel):
    """JSON objects with exactly these members, of exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ProblemMessage(BaseModel):
    """RFC 9457. `code` is stable; some codes have further members, such as `segments` or `limit`.

    `request_id` is what the operator finds the request by; the problem of an item of a batch has none.
    """

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str

    @classmethod
    def of(cls, problem: Problem) -> Self:
        return cls.model_validate(problem.document())


class UploadRequest(Message):
    name: Annotated[str, StringConstraints(max_length=_MAX_TEXT_CHARACTERS)] = Field(
        description="The file's name, or its path in a folder: `holiday/beach.jpg`."
    )
    size: int = Field(ge=0, description="The file's size in bytes.")
    type: Annotated[str, StringConstraints(max_length=_MAX_TEXT_CHARACTERS)] = Field(
        description="The file's media type."
    )
    segment_size: int | None = Field(default=None, description="Wished size of the segments in bytes.")


class HeldDecision(Message):
    id: str = Field(max_length=_MAX_TEXT_CHARACTERS, description="The file's id.")
    owner: str = Field(max_length=_MAX_TEXT_CHARACTERS, description="Its owner, as the messages named him.")
    decision: Literal["release", "reject"]


class TicketRequest(Message):
    ticket: TicketText


class CompleteRequest(Message):
    ticket: TicketText
    segments: Annotated[list[str], Field(max_length=MAX_SEGMENTS)] = Field(
        description="The MD5 of each segment in order, in lower-case hex."
    )


class BatchCompleteItem(CompleteRequest):
    id: str = Field(max_length=_MAX_TEXT_CHARACTERS, description="The upload's id.")


def _or_fault(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    try:
        return validate(value)
    except ValidationError as error:
        return error


# The items of a batch are judged one by one: instead of a faulty one stands its `ValidationError`.
_Items = Annotated[list[Annotated[M, WrapValidator(_or_fault)]], Field(min_length=1, max_length=MAX_BATCH)]


class UploadBatch(Message):
    uploads: _Items[UploadRequest]


class CompleteBatch(Message):
    uploads: _Items[BatchCompleteItem]


class TargetMessage(Message):
    """PUT segment N to `url` + N in eight digits + `?` + `query`; HEAD of the same tells what is stored."""

    url: str
    query: str
    expires_at: AwareDatetime


class UnsignedTargetMessage(Message):
    """PUT segment N to `url` + N in eight digits + `?` + its own query, which `signatures_url` gives.

    For clusters that take no signature for many objects at once. `signatures_url` is a path of this site.
    """

    url: str
    query: None
    expires_at: AwareDatetime
    signatures_url: str


AnyTarget = TargetMessage | UnsignedTargetMessage


def target_message(target: Target, upload_id: str, prefix: str = "") -> AnyTarget:
    """Where segments go, as it is told to clients; PREFIX is where the site is mounted."""
    expires_at = datetime.fromtimestamp(target.expires_at, UTC)
    if target.query is not None:
        return TargetMessage(url=target.url, query=target.query, expires_at=expires_at)
    signatures_url = f"{prefix}/api/uploads/{upload_id}/signatures"
    return UnsignedTargetMessage(
        url=target.url, query=None, expires_at=expires_at, signatures_url=signatures_url
    )


class SignaturesRequest(Message):
    ticket: TicketText
    segments: Annotated[list[int], Field(min_length=1, max_length=MAX_SEGMENTS)] = Field(
        description="Numbers of segments, the first is 0."
    )


class Signatures(Message):
    """The query of each segment's address, in the order in which they were asked for."""

    queries: list[str]
    expires_at: AwareDatetime

    @classmethod
    def of(cls, signed: SegmentQueries) -> Self:
        return cls(queries=list(signed.queries), expires_at=datetime.fromtimestamp(signed.expires_at, UTC))


class UploadCreated(Message):
    id: str
    ticket: str
    segment_size: int
    segment_count: int
    target: AnyTarget

    @classmethod
    def of(cls, ticket: tickets.Ticket, sealed: str, target: Target, prefix: str = "") -> Self:
        return cls(
            id=ticket.upload_id,
            ticket=sealed,
            segment_size=ticket.segment_size,
            segment_count=ticket.segments.count,
            target=target_message(target, ticket.upload_id, prefix),
        )


class Refused(Message):
    """What happened to one item of a batch instead of what was asked for."""

    problem: ProblemMessage


class BatchCreated(Message):
    upload: UploadCreated


class UploadBatchResults(Message):
    """One result for each item, in their order."""

    results: list[BatchCreated | Refused]


class Renewed(Message):
    target: AnyTarget


class FileMessage(Message):
    """A file. `type` is what it is served under; `created_at` is when its upload began.

    `state` is `held` for a file that nobody can download until somebody has looked at it.
    """

    id: str
    name: str
    size: int
    type: str
    etag: str
    created_at: AwareDatetime
    state: Literal["stored", "held"]
    download_url: str

    @classmethod
    def of(cls, file: StoredFile, prefix: str) -> Self:
        """PREFIX is where the site is mounted: empty, or a path such as `/uploads`."""
        return cls(
            id=file.names.upload_id,
            name=file.names.name,
            size=file.size,
            type=file.type,
            etag=file.etag,
            created_at=file.created_at,
            state="held" if file.state is FileState.HELD else "stored",
            download_url=f"{prefix}/files/{file.names.upload_id}",
        )


class BatchCompleted(Message):
    file: FileMessage


class CompleteBatchResults(Message):
    """One result for each item, in their order."""

    results: list[BatchCompleted | Refused]


class FileList(Message):
    """Newest first. `next` goes into `?after=` for the next page; null at the end."""

    files: list[FileMessage]
    next: str | None

    @classmethod
    def of(cls, page: Page, prefix: str) -> Self:
        return cls(files=[FileMessage.of(file, prefix) for file in page.files], next=page.next)


class Health(Message):
    status: str
