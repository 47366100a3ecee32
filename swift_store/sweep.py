"""Finds what containers hold, and deletes leftovers and strays. Blocking; on top of `SwiftClient`.

It may run anywhere, at any time and several times at once: it touches only uploads that nobody can
complete any more, and deleting twice is deleting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from operator import attrgetter

from swift_store import names
from swift_store.client import SwiftClient
from swift_store.containers import Containers
from swift_store.leftovers import Segment, StoredUpload, stored_uploads

_MOST_NAMED = 100

LAST_SWEEP = "sweep"
"""The private record of the last sweep of a running site."""


@dataclass(frozen=True)
class Swept:
    """What a sweep found so far. Sizes are in bytes.

    `uploads`, `segments` and `size` are of leftovers, `strays` and `stray_size` of segments that files don't
    need: deleted, unless it was a rehearsal. `open_uploads` and `open_size` may still become files.
    `broken_files` lack segments or have others than they were made of; `broken` has the ids of the first
    hundred. `oldest_at` is when the oldest upload began of which something is, or would be, deleted.
    """

    uploads: int = 0
    segments: int = 0
    size: int = 0
    strays: int = 0
    stray_size: int = 0
    open_uploads: int = 0
    open_size: int = 0
    broken_files: int = 0
    broken: tuple[str, ...] = ()
    oldest_at: datetime | None = None

    @property
    def orphan_size(self) -> int:
        """The bytes of all that belongs to no file and can't become one."""
        return self.size + self.stray_size


def stored(
    client: SwiftClient, containers: Containers, *, owner: str = "", upload_id: str = ""
) -> Iterator[StoredUpload]:
    """Yield all uploads, those of an owner, or one of them, page by page as Swift lists them.

    They come by owner and age, whichever containers they are in.
    """
    places = containers.candidates(owner) if owner else containers.names
    each = [_stored_in(client, container, owner=owner, upload_id=upload_id) for container in places]
    return merge(*each, key=attrgetter("owner", "upload_id"))


def _stored_in(
    client: SwiftClient, container: str, *, owner: str = "", upload_id: str = ""
) -> Iterator[StoredUpload]:
    below = "".join(f"{part}/" for part in (owner, upload_id) if part)
    listings = [
        client.listing(container, f"{kind}/{below}") for kind in (names.SEGMENTS, *names.MANIFEST_PREFIXES)
    ]
    return stored_uploads(*listings)


def sweep(
    client: SwiftClient,
    containers: Containers,
    *,
    began_before: datetime,
    dry_run: bool = False,
    tell: Callable[[Swept], object] = lambda _swept: None,
) -> Swept:
    """Delete all leftovers and strays of uploads that began before that time; return what they were.

    TELL is given what was found so far, after each upload. Raises `SwiftUnavailable` if some could not be
    deleted; the next sweep goes on.
    """
    swept = Swept()
    for container in containers.names:
        for one in _stored_in(client, container):
            if one.began_at >= began_before:
                swept = _with_young(swept, one)
            elif one.is_file:
                strays = _strays(client, container, one)
                _delete(client, container, () if dry_run else strays)
                swept = _with_file(swept, one, strays)
            elif not _became_file(client, container, one):
                _delete(client, container, () if dry_run else one.segments)
                swept = _with_leftover(swept, one)
            tell(swept)
    return swept


def _became_file(client: SwiftClient, container: str, one: StoredUpload) -> bool:
    """Whether there is a file after all: what was held may have been released between two pages.

    A release writes below `files/` and then deletes below `held/`; who looks in the other order misses none.
    """
    prefixes = (
        names.file_prefix(one.owner, one.upload_id, kind) for kind in reversed(names.MANIFEST_PREFIXES)
    )
    return any(client.list_objects(container, prefix=prefix, limit=1) for prefix in prefixes)


def _strays(client: SwiftClient, container: str, one: StoredUpload) -> Sequence[Segment]:
    """The segments that the file does not need; asks for its manifest where listings don't tell."""
    if one.needed is not None or not (one.is_broken or one.segment_bytes > one.file_bytes):
        return one.strays
    needed = [client.segments_of(container, name) for name in one.manifests]
    if not all(needed):
        # It is released or deleted just now, or is a plain object.
        return ()
    paths = set().union(*needed)
    return [segment for segment in one.segments if f"/{container}/{segment.name}" not in paths]


def _delete(client: SwiftClient, container: str, segments: Sequence[Segment]) -> None:
    if segments:
        client.bulk_delete([f"/{container}/{segment.name}" for segment in segments])


def _with_young(swept: Swept, one: StoredUpload) -> Swept:
    """What a young one lacks may only be missing in a listing that lags behind."""
    if one.is_file:
        return swept
    return replace(swept, open_uploads=swept.open_uploads + 1, open_size=swept.open_size + one.segment_bytes)


def _with_leftover(swept: Swept, one: StoredUpload) -> Swept:
    return replace(
        swept,
        uploads=swept.uploads + 1,
        segments=swept.segments + len(one.segments),
        size=swept.size + one.segment_bytes,
        oldest_at=_older(swept, one),
    )


def _with_file(swept: Swept, one: StoredUpload, strays: Sequence[Segment]) -> Swept:
    if strays:
        size = sum(segment.size for segment in strays)
        swept = replace(
            swept,
            strays=swept.strays + len(strays),
            stray_size=swept.stray_size + size,
            oldest_at=_older(swept, one),
        )
    if one.is_broken:
        broken = (*swept.broken, one.upload_id)[:_MOST_NAMED]
        swept = replace(swept, broken_files=swept.broken_files + 1, broken=broken)
    return swept


def _older(swept: Swept, one: StoredUpload) -> datetime:
    return min(swept.oldest_at or one.began_at, one.began_at)
