"""The seam between the site and the ways to bring an upload to Swift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from proxy_upload.form import FilePart
from proxy_upload.request_body import RequestBody
from swift_store.files import StoredFile
from swift_store.names import UploadNames


@dataclass(frozen=True)
class Incoming:
    """A form that has begun to arrive, with the id that its file will have."""

    upload_id: str
    owner: str
    boundary: bytes
    body: RequestBody

    def names(self, part: FilePart) -> UploadNames:
        return UploadNames(self.owner, self.upload_id, part.name)


@dataclass(frozen=True)
class Queued:
    """An upload that is safe on disk and will be pushed to Swift."""

    upload_id: str


class Delivery(Protocol):
    """Reads the whole form, and is responsible for its file when it returns.

    Raises a `Problem`, `SwiftUnavailable` or `SwiftRefused`; then nothing is left in Swift or on disk.
    """

    def deliver(self, incoming: Incoming) -> StoredFile | Queued: ...
