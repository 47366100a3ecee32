"""The URLs that we hand to browsers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from swift_store import tempurl
from swift_store.keys import Secrets, tempurl_keys
from swift_store.names import UploadNames


@dataclass(frozen=True)
class Target:
    """Where the segments of one upload go: `url` + eight digits + `?` + `query`, until `expires_at`.

    `query` None: each segment has one of its own, which `Signer.segment_queries` makes.
    """

    url: str
    query: str | None
    expires_at: int


@dataclass(frozen=True)
class SegmentQueries:
    """The `queries` of some segments, in the order in which they were asked for."""

    queries: Sequence[str]
    expires_at: int


@dataclass(frozen=True)
class Signer:
    """Signs for one account, as browsers reach it. `lifetime` of a signature is in seconds.

    `account_path` (`/v1/AUTH_x`) is what is signed; an address has `mount` (such as `/swift`) before it.
    Without `signs_prefixes`, for older clusters, each segment is signed by itself.
    """

    origin: str
    account_path: str
    digest: tempurl.Digest
    secrets: Secrets
    lifetime: int
    mount: str = ""
    signs_prefixes: bool = True

    def target(self, container: str, names: UploadNames, *, now: float) -> Target:
        """Allow PUT and HEAD of this upload's segments, and of nothing else."""
        expires_at = self._ends_at(now)
        query = self._prefix_query(container, names, expires_at) if self.signs_prefixes else None
        return Target(self._address(self._path(container, names.segment_prefix)), query, expires_at)

    def segment_queries(
        self, container: str, names: UploadNames, numbers: Sequence[int], *, now: float
    ) -> SegmentQueries:
        """Allow PUT and HEAD of these segments only, each by a query of its own; any cluster knows such."""
        key, expires_at = self._key(container), self._ends_at(now)
        paths = (self._path(container, names.segment(number)) for number in numbers)
        queries = [
            tempurl.object_query(key, "PUT", path, expires_at=expires_at, digest=self.digest)
            for path in paths
        ]
        return SegmentQueries(queries, expires_at)

    def segment_url(self, container: str, names: UploadNames, number: int, *, now: float) -> str:
        """The whole address under which one segment may be PUT and asked for."""
        target = self.target(container, names, now=now)
        query = target.query or self.segment_queries(container, names, [number], now=now).queries[0]
        return f"{target.url}{number:08d}?{query}"

    def download_url(
        self,
        container: str,
        names: UploadNames,
        *,
        now: float,
        until: int | None = None,
        addresses: str | None = None,
    ) -> str:
        """Allow GET of one file, which is saved under its original name, without folders.

        ADDRESSES is the network that Swift has to see the client in; None: anywhere. UNTIL may end it early.
        """
        expires_at = self._ends_at(now) if until is None else min(until, self._ends_at(now))
        return self._object_url(container, names.file, names.base_name, expires_at, addresses)

    def held_url(self, container: str, names: UploadNames, *, now: float) -> str:
        """Allow GET of a file that is held, for whoever decides about it."""
        return self._object_url(container, names.held, names.base_name, self._ends_at(now))

    def _ends_at(self, now: float) -> int:
        return int(now) + self.lifetime

    def _object_url(
        self, container: str, object_name: str, filename: str, expires_at: int, addresses: str | None = None
    ) -> str:
        path = self._path(container, object_name)
        query = tempurl.object_query(
            self._key(container),
            "GET",
            path,
            expires_at=expires_at,
            digest=self.digest,
            filename=filename,
            addresses=addresses,
        )
        return f"{self._address(path)}?{query}"

    def _prefix_query(self, container: str, names: UploadNames, expires_at: int) -> str:
        return tempurl.prefix_query(
            self._key(container),
            "PUT",
            f"{self.account_path}/{container}",
            names.segment_prefix,
            expires_at=expires_at,
            digest=self.digest,
        )

    def _path(self, container: str, name: str) -> str:
        return f"{self.account_path}/{container}/{name}"

    def _address(self, path: str) -> str:
        return self.origin + quote(self.mount + path)

    def _key(self, container: str) -> bytes:
        return tempurl_keys(self.secrets, container)[-1]
