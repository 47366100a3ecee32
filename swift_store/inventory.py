"""What is stored, counted: by the state that each upload is in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from swift_store.leftovers import StoredUpload


class UploadState(StrEnum):
    """What has become of an upload. `EXPIRED`: nobody can complete it any more; the sweep will delete it."""

    FILE = "file"
    HELD = "held"
    BROKEN = "broken"
    OPEN = "open"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Share:
    """How many uploads, and their bytes together: of files what they have, of others what was sent."""

    uploads: int = 0
    size: int = 0


@dataclass(frozen=True)
class Inventory:
    """A share for each state that occurs, and how many owners there are."""

    owners: int = 0
    shares: Mapping[UploadState, Share] = field(default_factory=dict)

    def of(self, state: UploadState) -> Share:
        return self.shares.get(state, Share())


def ticket_ends_at(upload: StoredUpload, ticket_lifetime: int) -> datetime:
    """Until when the upload may be completed, if the lifetime of tickets was the same when it began."""
    return upload.began_at + timedelta(seconds=ticket_lifetime)


def state_of(upload: StoredUpload, *, now: datetime, ticket_lifetime: int) -> UploadState:
    """TICKET_LIFETIME is in seconds."""
    if upload.is_broken:
        return UploadState.BROKEN
    if upload.is_file:
        return UploadState.HELD if upload.is_held else UploadState.FILE
    ends_at = ticket_ends_at(upload, ticket_lifetime)
    return UploadState.OPEN if now < ends_at else UploadState.EXPIRED


def size_of(upload: StoredUpload) -> int:
    """The bytes of a file, or what was sent of an upload."""
    return upload.file_bytes if upload.is_file else upload.segment_bytes


def inventory(uploads: Iterable[StoredUpload], *, now: datetime, ticket_lifetime: int) -> Inventory:
    """Count UPLOADS, which come owner by owner."""
    shares: dict[UploadState, Share] = {}
    owners, latest = 0, ""
    for upload in uploads:
        if upload.owner != latest:
            owners, latest = owners + 1, upload.owner
        state = state_of(upload, now=now, ticket_lifetime=ticket_lifetime)
        known = shares.get(state, Share())
        shares[state] = Share(known.uploads + 1, known.size + size_of(upload))
    return Inventory(owners, shares)


def missing_numbers(upload: StoredUpload) -> Sequence[int]:
    """The segments that are not there although later ones are; what lies behind the last nobody knows."""
    numbers = (segment.name.rpartition("/")[2] for segment in upload.segments)
    there = {int(number) for number in numbers if number.isdecimal()}
    return sorted(set(range(max(there, default=0))) - there)
