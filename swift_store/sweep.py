"""Finds what containers hold, and deletes leftovers. Blocking; on top of `SwiftClient`.

It may run anywhere, at any time and several times at once: it touches only uploads that nobody can
complete any more, and deleting twice is deleting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from operator import attrgetter
from typing import Any

from swift_store import names
from swift_store.client import SwiftClient
from swift_store.containers import Containers
from swift_store.leftovers import StoredUpload, stored_uploads

_MOST_NAMED = 100

LAST_SWEEP = "sweep"
"""The private record of the last sweep of a running site."""


@dataclass(frozen=True)
class Swept:
    """What a sweep found so far. Sizes are in bytes.

    `uploads`, `segments` and `size` are of leftovers: deleted, unless it was a rehearsal. `open_uploads` and
    `open_size` may still become files. `broken_files` lack segments; `broken` has the ids of the first
    hundred. `oldest_at` is when the oldest leftover began.
    """

    uploads: int = 0
    segments: int = 0
    size: int = 0
    open_uploads: int = 0
    open_size: int = 0
    broken_files: int = 0
    broken: tuple[str, ...] = ()
    oldest_at: datetime | None = None


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
    """Delete all leftovers that began before that time; return what they were.

    TELL is given what was found so far, after each upload. Raises `SwiftUnavailable` if some could not be
    deleted; the next sweep goes on.
    """
    swept = Swept()
    for container in containers.names:
        for one in _stored_in(client, container):
            if one.is_leftover(began_before) and not dry_run:
                client.bulk_delete([f"/{container}/{name}" for name in one.segments])
            swept = _with(swept, one, began_before)
            tell(swept)
    return swept


def _with(swept: Swept, one: StoredUpload, began_before: datetime) -> Swept:
    changes: dict[str, Any] = {}
    if one.is_leftover(began_before):
        changes = {
            "uploads": swept.uploads + 1,
            "segments": swept.segments + len(one.segments),
            "size": swept.size + one.segment_bytes,
            "oldest_at": min(swept.oldest_at or one.began_at, one.began_at),
        }
    elif not one.is_file:
        changes = {
            "open_uploads": swept.open_uploads + 1,
            "open_size": swept.open_size + one.segment_bytes,
        }
    elif one.is_broken and one.began_at < began_before:
        # A young one may only be in a listing that lags behind.
        changes = {
            "broken_files": swept.broken_files + 1,
            "broken": (*swept.broken, one.upload_id)[:_MOST_NAMED],
        }
    return replace(swept, **changes) if changes else swept
