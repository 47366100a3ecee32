"""Segments that belong to no file and never will: the remains of uploads that nobody completed.

Two listings, of segments and of files, are in the same order: by owner, then by upload. So one walk over
both finds every upload that has segments and no file, and keeps one upload in mind at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from swift_store import names

UploadKey = tuple[str, str]


@dataclass(frozen=True)
class Leftover:
    """The segments of one upload that has no file: object names, and their bytes together."""

    owner: str
    upload_id: str
    segments: tuple[str, ...]
    size: int

    @property
    def began_at(self) -> datetime:
        """When the upload began."""
        return names.created_at(self.upload_id)


def leftovers(
    segments: Iterable[Mapping[str, Any]], files: Iterable[UploadKey], *, began_before: datetime
) -> Iterator[Leftover]:
    """Yield the uploads without a file that began before that time.

    SEGMENTS are entries of Swift's listing of `segments/`, FILES the (owner, upload id) of all that is or
    may become a file; both in the listing's order. What is not named as ours is passed over.
    """
    kept = iter(files)
    file = next(kept, None)
    for key, entries in groupby(segments, lambda entry: upload_of(entry["name"])):
        if key is None or names.created_at(key[1]) >= began_before:
            continue
        while file is not None and file < key:
            file = next(kept, None)
        if file != key:
            listed = list(entries)
            yield Leftover(*key, tuple(one["name"] for one in listed), sum(one["bytes"] for one in listed))


def upload_of(object_name: str) -> UploadKey | None:
    """The owner and the upload that an object belongs to; None for a name that is not ours."""
    match object_name.split("/", 3):
        case [_, owner, upload_id, _] if names.is_owner(owner) and names.is_upload_id(upload_id):
            return owner, upload_id
    return None


def swept_before(now: float, ticket_lifetime: int, grace: timedelta) -> datetime:
    """Before when an upload must have begun to be a leftover.

    Its ticket is dead by then, so nobody can complete it; GRACE is for listings that lag behind what is
    stored. NOW is a POSIX time, TICKET_LIFETIME in seconds.
    """
    return datetime.fromtimestamp(now, UTC) - timedelta(seconds=ticket_lifetime) - grace
