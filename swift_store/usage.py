"""How much is stored, as Swift's listings say it. Blocking; on top of `SwiftClient`.

A listing tells the whole size of a large object, and takes a request for each 10,000 names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from swift_store import names
from swift_store.at_once import at_once
from swift_store.client import SwiftClient
from swift_store.containers import Containers
from swift_store.limits import Usage
from swift_store.manifests import labels


class UsageReader:
    """Looks at some containers, for an owner only at those where files of theirs may be."""

    def __init__(self, client: SwiftClient, containers: Containers) -> None:
        self._client = client
        self._containers = containers

    def stored(self, owner: str = "") -> Usage:
        """The files of an owner, held ones included; of everybody without one."""
        return sum(at_once(lambda place: self._stored_in(place, owner), self._places(owner)), Usage())

    def open_uploads(self, owner: str = "", *, began_after: datetime) -> int:
        """How many uploads of an owner have segments and no file; older ones can't be completed any more.

        Of everybody without an owner, by a look at all segments.
        """
        return sum(at_once(lambda place: self._open_in(place, owner, began_after), self._places(owner)))

    def _places(self, owner: str) -> Sequence[str]:
        return self._containers.candidates(owner) if owner else self._containers.names

    def _stored_in(self, container: str, owner: str) -> Usage:
        return sum(
            (
                Usage(labels.of_listing(entry).size, 1)
                for prefix in names.MANIFEST_PREFIXES
                for entry in self._client.listing(container, _below(prefix, owner))
            ),
            Usage(),
        )

    def _open_in(self, container: str, owner: str, began_after: datetime) -> int:
        begun = {
            upload_id
            for upload_id in self._uploads(container, names.SEGMENTS, owner)
            if names.is_upload_id(upload_id) and names.created_at(upload_id) > began_after
        }
        for prefix in names.MANIFEST_PREFIXES:
            begun.difference_update(self._uploads(container, prefix, owner))
        return len(begun)

    def _uploads(self, container: str, prefix: str, owner: str) -> Iterator[str]:
        delimiter = "/" if owner else None
        for entry in self._client.listing(container, _below(prefix, owner), delimiter=delimiter):
            yield (entry.get("subdir") or entry["name"]).split("/")[2]


def _below(prefix: str, owner: str) -> str:
    return f"{prefix}/{owner}/" if owner else f"{prefix}/"
