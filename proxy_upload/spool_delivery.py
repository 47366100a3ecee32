"""`spool`: the file goes to memory, then to a temporary file, and from there to Swift, within the request."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

from proxy_upload.delivery import Incoming
from proxy_upload.form import FormLimits
from proxy_upload.spooled_form import spooled_form
from proxy_upload.storage import Storage
from swift_store.files import StoredFile


class SpoolDelivery:
    """Swift is asked only once the whole form is here; it is told the length, and an attempt can be
    repeated.
    """

    def __init__(self, storage: Storage, limits: FormLimits, new_file: Callable[[], IO[bytes]]) -> None:
        self._storage = storage
        self._limits = limits
        self._new_file = new_file

    def deliver(self, incoming: Incoming) -> StoredFile:
        new_file: Callable[[], Any] = self._new_file
        with spooled_form(incoming, self._limits, new_file) as spooled:
            names = incoming.names(spooled.part)
            return self._storage.put_file(names, spooled.part, spooled.file, spooled.size)
