"""An account in a cluster: where it is, and what can be done there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from swift_store import tempurl
from swift_store.capabilities import Capabilities, from_info
from swift_store.keys import Secrets
from swift_store.signer import Signer

_API_VERSION = re.compile(r"/v\d+(\.\d+)?(?=/|$)")


@dataclass(frozen=True)
class Cluster:
    """Where the account is (`https://host/v1/AUTH_x`) and what `/info` says the cluster can do."""

    storage_url: str
    info: Mapping[str, Any]

    @property
    def origin(self) -> str:
        parts = urlsplit(self.storage_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def mount(self) -> str:
        """What stands before the API's version: `/swift` with Ceph's RGW, nothing with most others."""
        return self._split_path()[0]

    @property
    def account_path(self) -> str:
        """The account, from the API's version on: `/v1/AUTH_x`, as it is signed."""
        return self._split_path()[1]

    @property
    def capabilities(self) -> Capabilities:
        return from_info(self.info)

    @property
    def tempurl_digests(self) -> Sequence[str]:
        return self.capabilities.digests

    @property
    def max_object_bytes(self) -> int:
        return self.capabilities.max_object_bytes

    def signer(self, secrets: Secrets, *, lifetime: int, origin: str | None = None) -> Signer:
        """Signs for this account; ORIGIN is where browsers reach it, if not where we do.

        Raises `tempurl.NoCommonDigest`.
        """
        capabilities = self.capabilities
        return Signer(
            origin=origin or self.origin,
            account_path=self.account_path,
            digest=tempurl.best_digest(capabilities.digests),
            secrets=secrets,
            lifetime=lifetime,
            mount=self.mount,
            signs_prefixes=capabilities.guesses_prefixes,
        )

    def _split_path(self) -> tuple[str, str]:
        path = urlsplit(self.storage_url).path.rstrip("/")
        version = _API_VERSION.search(path)
        return (path[: version.start()], path[version.start() :]) if version else ("", path)
