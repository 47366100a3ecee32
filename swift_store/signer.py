"""The URLs that we hand to browsers."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from swift_store import tempurl
from swift_store.keys import Secrets, tempurl_keys
from swift_store.names import UploadNames


@dataclass(frozen=True)
class Target:
    """Where the segments of one upload go: `url` + eight digits + `?` + `query`, until `expires_at`."""

    url: str
    query: str
    expires_at: int


@dataclass(frozen=True)
class Signer:
    """Signs for one account, as browsers reach it. `lifetime` of a signature is in seconds."""

    origin: str
    account_path: str
    digest: tempurl.Digest
    secrets: Secrets
    lifetime: int

    def target(self, container: str, names: UploadNames, *, now: float) -> Target:
        """Allow PUT and HEAD of this upload's segments, and of nothing else."""
        path = f"{self.account_path}/{container}/{names.segment_prefix}"
        expires_at = int(now) + self.lifetime
        query = tempurl.prefix_query(
            self._key(container), "PUT", path, expires_at=expires_at, digest=self.digest
        )
        return Target(self.origin + quote(path), query, expires_at)

    def download_url(
        self, container: str, names: UploadNames, *, now: float, addresses: str | None = None
    ) -> str:
        """Allow GET of one file, which is saved under its original name, without folders.

        ADDRESSES is the network that Swift has to see the client in; None: anywhere.
        """
        return self._object_url(container, names.file, names.base_name, now, addresses)

    def held_url(self, container: str, names: UploadNames, *, now: float) -> str:
        """Allow GET of a file that is held, for whoever decides about it."""
        return self._object_url(container, names.held, names.base_name, now)

    def _object_url(
        self, container: str, object_name: str, filename: str, now: float, addresses: str | None = None
    ) -> str:
        path = f"{self.account_path}/{container}/{object_name}"
        query = tempurl.object_query(
            self._key(container),
            "GET",
            path,
            expires_at=int(now) + self.lifetime,
            digest=self.digest,
            filename=filename,
            addresses=addresses,
        )
        return f"{self.origin}{quote(path)}?{query}"

    def _key(self, container: str) -> bytes:
        return tempurl_keys(self.secrets, container)[-1]
