"""Swift, as the proxy ways see it: one plain object for each file, under the names that all ways share."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import IO
from urllib.parse import quote

from proxy_upload.form import FilePart
from proxy_upload.settings import ProxySettings
from swift_store import tempurl
from swift_store.client import Cluster, SwiftClient
from swift_store.client_bodies import FileBody
from swift_store.files import FileStore, StoredFile
from swift_store.keys import tempurl_keys
from swift_store.names import UploadNames
from swift_store.settings import Settings
from swift_store.signer import Signer


class Storage:
    """Blocking, and safe for many threads or greenlets.

    Uploads have connections of their own: however many there are, a listing need not wait for them.
    """

    def __init__(self, settings: Settings, proxy: ProxySettings) -> None:
        if settings.swift is None:
            raise ValueError("settings.swift is missing")
        self._settings = settings
        self._calls = SwiftClient(
            settings.swift, connections=settings.swift_connections, timeout=settings.swift_timeout
        )
        self._pushes = SwiftClient(settings.swift, connections=proxy.pushes, timeout=proxy.push_timeout)
        self._cluster: Cluster | None = None
        self._signing_in = threading.Lock()
        self.files = FileStore(self._calls, self._calls, settings.upload_containers)

    def put_file(self, names: UploadNames, part: FilePart, file: IO[bytes], size: int) -> StoredFile:
        """Store SIZE bytes of a file that can seek; an attempt that failed is repeated once."""
        etag = self._pushes.put_object(
            self._home(names),
            names.file,
            FileBody(file, size),
            content_type=part.type,
            headers=part_metadata(part),
        )
        return self.stored(names, part, size, etag)

    def put_stream(self, names: UploadNames, part: FilePart, pieces: Iterator[bytes]) -> str:
        """Store what the iterator yields; what it raises leaves nothing in Swift. Return the ETag."""
        return self._pushes.put_stream(
            self._home(names),
            names.file,
            pieces,
            content_type=part.type,
            headers=part_metadata(part),
        )

    def stored(self, names: UploadNames, part: FilePart, size: int, etag: str) -> StoredFile:
        """A file that was just stored."""
        return StoredFile(self._home(names), names, size, part.type, etag)

    def download_url(self, file: StoredFile, *, now: float) -> str:
        """A short-lived URL for the browser of whoever owns the file."""
        return self._signer().download_url(file.container, file.names, now=now)

    def upload_url(self, names: UploadNames, *, now: float) -> str:
        """A URL under which our own process may PUT this one file, for a request that begins now."""
        cluster, container = self._reached(), self._home(names)
        path = f"{cluster.account_path}/{container}/{names.file}"
        query = tempurl.object_query(
            tempurl_keys(self._settings.secrets, container)[-1],
            "PUT",
            path,
            expires_at=int(now) + self._settings.url_lifetime,
            digest=tempurl.best_digest(cluster.tempurl_digests),
        )
        return f"{cluster.origin}{quote(cluster.mount + path)}?{query}"

    def close(self) -> None:
        self._calls.close()
        self._pushes.close()

    def _home(self, names: UploadNames) -> str:
        return self._settings.upload_containers.home(names.owner)

    def _signer(self) -> Signer:
        settings = self._settings
        return self._reached().signer(
            settings.secrets, lifetime=settings.url_lifetime, origin=settings.swift_public_url
        )

    def _reached(self) -> Cluster:
        """What the first call that reaches the cluster learns of it."""
        with self._signing_in:
            self._cluster = self._cluster or self._calls.cluster()
            return self._cluster


def part_metadata(part: FilePart) -> dict[str, str]:
    """Headers that keep the declared type where it is not the one that Swift may serve."""
    return {} if part.type == part.declared_type else {"X-Object-Meta-Original-Type": part.declared_type}
