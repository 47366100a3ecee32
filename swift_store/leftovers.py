"""What is stored, upload by upload, and which of it nobody can use: leftovers, strays and broken files.

A leftover is an upload with segments and without a file, too old to become one. A stray is a segment beside a
complete file that does not need it: the signature for an upload lets its holder store more of them. A broken
file is one whose segments are not all there any more, or not the same: Swift refuses its download (409).

Two listings, of segments and of manifests, are in the same order: by owner, then by upload. So one walk over
both meets every upload once, and keeps one in mind at a time. They tell which segments a file needs too: the
first so many whose MD5s make the file's ETag.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import count, groupby
from operator import itemgetter
from typing import Any

from swift_store import names
from swift_store.manifests.labels import of_listing

UploadKey = tuple[str, str]
Entry = Mapping[str, Any]

# For listings that lag behind what is stored, by far the longest that they do.
GRACE = timedelta(days=1)


@dataclass(frozen=True)
class Segment:
    """An object below the prefix of an upload, whatever the rest of its name; `size` in bytes."""

    name: str
    size: int
    md5: str


@dataclass(frozen=True)
class StoredUpload:
    """What the listings say of one upload.

    `manifests` has one name for a file, none for an open upload, two for a release that was stopped in the
    middle. `file_bytes` is what the file has by its manifest, `is_segmented` whether segments make it up, and
    `needed` how many of them do, from the first on; None when what is listed does not make the file.
    """

    owner: str
    upload_id: str
    segments: tuple[Segment, ...] = ()
    manifests: tuple[str, ...] = ()
    file_bytes: int = 0
    is_segmented: bool = False
    needed: int | None = None

    @property
    def began_at(self) -> datetime:
        """When the upload began."""
        return names.created_at(self.upload_id)

    @property
    def segment_bytes(self) -> int:
        return sum(segment.size for segment in self.segments)

    @property
    def is_file(self) -> bool:
        return bool(self.manifests)

    @property
    def is_held(self) -> bool:
        """Whether it is a file that nobody may have yet."""
        return self.is_file and all(name.startswith(f"{names.HELD}/") for name in self.manifests)

    @property
    def is_broken(self) -> bool:
        """Whether it is a file that lacks segments, or has others than it was made of."""
        return self.is_segmented and self.needed is None

    @property
    def strays(self) -> Sequence[Segment]:
        """The segments that a file does not need; none of a file that `needed` tells nothing of."""
        if not self.is_file or self.needed is None:
            return ()
        names_needed = set(map(self._numbered, range(self.needed)))
        return [segment for segment in self.segments if segment.name not in names_needed]

    def is_leftover(self, began_before: datetime) -> bool:
        """Whether it has no file and began before that time."""
        return not self.is_file and self.began_at < began_before

    def needed_for(self, etag: str) -> int | None:
        """How many of the segments make a file of that ETag, from the first on; None when none do."""
        listed = {segment.name: segment.md5 for segment in self.segments}
        digest = hashlib.md5(usedforsecurity=False)
        for number in count():
            if digest.hexdigest() == etag:
                return number
            md5 = listed.get(self._numbered(number))
            if md5 is None:
                break
            digest.update(md5.encode())
        return None

    def _numbered(self, number: int) -> str:
        return names.UploadNames(self.owner, self.upload_id, "").segment(number)


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
    found = StoredUpload(
        *key,
        segments=tuple(Segment(entry["name"], entry["bytes"], entry["hash"]) for entry in segments),
        manifests=tuple(entry["name"] for entry in manifests),
        file_bytes=max((of_listing(entry).size for entry in manifests), default=0),
        is_segmented=any(_is_large(entry) for entry in manifests),
    )
    # Those of a release that was stopped in the middle are alike.
    etags = {of_listing(entry).etag for entry in manifests}
    return replace(found, needed=found.needed_for(etags.pop())) if len(etags) == 1 else found


def _is_large(manifest: Entry) -> bool:
    """Whether segments make it up; what the proxy ways stored is a plain object."""
    return "slo_etag" in manifest or of_listing(manifest).size > manifest["bytes"]
