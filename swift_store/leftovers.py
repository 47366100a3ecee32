"""What is stored, upload by upload, and which of it nobody can use: leftovers and broken files.

A leftover is an upload with segments and without a file, too old to become one. A broken file is one whose
segments are not all there any more: Swift refuses its download (409).

Two listings, of segments and of manifests, are in the same order: by owner, then by upload. So one walk over
both meets every upload once, and keeps one in mind at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from swift_store import names
from swift_store.manifests.labels import of_listing

UploadKey = tuple[str, str]
Entry = Mapping[str, Any]

# For listings that lag behind what is stored, by far the longest that they do.
GRACE = timedelta(days=1)


@dataclass(frozen=True)
class StoredUpload:
    """What the listings say of one upload: object names, and bytes.

    `manifests` has one name for a file, none for an open upload, two for a release that was stopped in the
    middle. `file_bytes` is what the file has by its manifest, `is_segmented` whether segments make it up.
    """

    owner: str
    upload_id: str
    segments: tuple[str, ...] = ()
    segment_bytes: int = 0
    manifests: tuple[str, ...] = ()
    file_bytes: int = 0
    is_segmented: bool = False

    @property
    def began_at(self) -> datetime:
        """When the upload began."""
        return names.created_at(self.upload_id)

    @property
    def is_file(self) -> bool:
        return bool(self.manifests)

    @property
    def is_held(self) -> bool:
        """Whether it is a file that nobody may have yet."""
        return self.is_file and all(name.startswith(f"{names.HELD}/") for name in self.manifests)

    @property
    def is_broken(self) -> bool:
        """Whether it is a file that lacks segments."""
        return self.is_segmented and self.segment_bytes < self.file_bytes

    def is_leftover(self, began_before: datetime) -> bool:
        """Whether it has no file and began before that time."""
        return not self.is_file and self.began_at < began_before


def stored_uploads(segments: Iterable[Entry], *manifests: Iterable[Entry]) -> Iterator[StoredUpload]:
    """Yield all uploads, by owner and age.

    SEGMENTS are entries of Swift's listing of `segments/`, MANIFESTS those of all that is or may become a
    file, each in the listing's order. What is not named as ours is passed over.
    """
    listings = [_keyed(entries) for entries in (segments, *manifests)]
    for key, group in groupby(merge(*listings, key=itemgetter(0)), key=itemgetter(0)):
        yield _stored(key, [entry for _key, entry in group])


def upload_of(object_name: str) -> UploadKey | None:
    """The owner and the upload that an object belongs to; None for a name that is not ours."""
    match object_name.split("/", 3):
        case [_, owner, upload_id, _] if names.is_owner(owner) and names.is_upload_id(upload_id):
            return owner, upload_id
    return None


def swept_before(now: float, ticket_lifetime: int, grace: timedelta = GRACE) -> datetime:
    """Before when an upload must have begun to be a leftover.

    Its ticket is dead by then, so nobody can complete it; GRACE is for listings that lag behind what is
    stored. NOW is a POSIX time, TICKET_LIFETIME in seconds.
    """
    return datetime.fromtimestamp(now, UTC) - timedelta(seconds=ticket_lifetime) - grace


def _keyed(entries: Iterable[Entry]) -> Iterator[tuple[UploadKey, Entry]]:
    for entry in entries:
        if (key := upload_of(entry["name"])) is not None:
            yield key, entry


def _stored(key: UploadKey, entries: list[Entry]) -> StoredUpload:
    segments = [entry for entry in entries if entry["name"].startswith(f"{names.SEGMENTS}/")]
    manifests = [entry for entry in entries if not entry["name"].startswith(f"{names.SEGMENTS}/")]
    return StoredUpload(
        *key,
        segments=tuple(entry["name"] for entry in segments),
        segment_bytes=sum(entry["bytes"] for entry in segments),
        manifests=tuple(entry["name"] for entry in manifests),
        file_bytes=max((of_listing(entry).size for entry in manifests), default=0),
        is_segmented=any(_is_large(entry) for entry in manifests),
    )


def _is_large(manifest: Entry) -> bool:
    """Whether segments make it up; what the proxy ways stored is a plain object."""
    return "slo_etag" in manifest or of_listing(manifest).size > manifest["bytes"]
