"""Finds and deletes leftovers in a container. Blocking; on top of `SwiftClient`.

It may run anywhere, at any time and several times at once: it touches only uploads that nobody can
complete any more, and deleting twice is deleting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any

from swift_store import names
from swift_store.client import SwiftClient
from swift_store.leftovers import Leftover, UploadKey, leftovers, upload_of

# Swift's own limit for one page of a listing.
_PAGE = 10_000


@dataclass(frozen=True)
class Swept:
    """What a sweep found, and deleted unless it was a rehearsal. `size` in bytes."""

    uploads: int = 0
    segments: int = 0
    size: int = 0

    def __add__(self, leftover: Leftover) -> Swept:
        return Swept(self.uploads + 1, self.segments + len(leftover.segments), self.size + leftover.size)


def find(client: SwiftClient, container: str, *, began_before: datetime) -> Iterator[Leftover]:
    """Yield the container's leftovers, page by page as Swift lists them."""
    kept = [_uploads(client, container, prefix) for prefix in names.MANIFEST_PREFIXES]
    segments = _entries(client, container, f"{names.SEGMENTS}/")
    return leftovers(segments, merge(*kept), began_before=began_before)


def delete(client: SwiftClient, container: str, leftover: Leftover) -> None:
    """Delete the leftover's segments. Raises `SwiftUnavailable` if some could not be deleted."""
    client.bulk_delete([f"/{container}/{name}" for name in leftover.segments])


def _uploads(client: SwiftClient, container: str, prefix: str) -> Iterator[UploadKey]:
    for entry in _entries(client, container, f"{prefix}/"):
        if (key := upload_of(entry["name"])) is not None:
            yield key


def _entries(client: SwiftClient, container: str, prefix: str) -> Iterator[dict[str, Any]]:
    marker = ""
    while page := client.list_objects(container, prefix=prefix, limit=_PAGE, marker=marker):
        yield from page
        marker = page[-1]["name"]
