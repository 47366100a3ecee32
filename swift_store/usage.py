"""How much is stored, as Swift's listings say it. Blocking; on top of `SwiftClient`.

A listing tells the whole size of a large object, and takes a request for each 10,000 names.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from swift_store import names
from swift_store.client import SwiftClient
from swift_store.limits import Usage
from swift_store.manifests import labels

# Swift's own limit for one page of a listing.
_PAGE = 10_000


class UsageReader:
    """Looks at one container."""

    def __init__(self, client: SwiftClient, container: str) -> None:
        self._client = client
        self._container = container

    def stored(self, owner: str = "") -> Usage:
        """The files of an owner, held ones included; of everybody without one."""
        return sum(
            (
                Usage(labels.of_listing(entry).size, 1)
                for prefix in names.MANIFEST_PREFIXES
                for entry in self._entries(_below(prefix, owner))
            ),
            Usage(),
        )

    def open_uploads(self, owner: str, *, began_after: datetime) -> int:
        """How many uploads of an owner have segments and no file; older ones can't be completed any more."""
        begun = {
            upload_id
            for upload_id in self._uploads(names.SEGMENTS, owner)
            if names.is_upload_id(upload_id) and names.created_at(upload_id) > began_after
        }
        for prefix in names.MANIFEST_PREFIXES:
            begun.difference_update(self._uploads(prefix, owner))
        return len(begun)

    def _uploads(self, prefix: str, owner: str) -> Iterator[str]:
        for entry in self._entries(_below(prefix, owner), delimiter="/"):
            yield entry["subdir"].split("/")[2]

    def _entries(self, prefix: str, delimiter: str | None = None) -> Iterator[dict[str, Any]]:
        marker = ""
        while page := self._client.list_objects(
            self._container, prefix=prefix, limit=_PAGE, marker=marker, delimiter=delimiter
        ):
            yield from page
            marker = page[-1].get("name") or page[-1]["subdir"]


def _below(prefix: str, owner: str) -> str:
    return f"{prefix}/{owner}/" if owner else f"{prefix}/"
