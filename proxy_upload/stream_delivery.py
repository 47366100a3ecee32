"""`stream`: the form is parsed while it arrives, and its file goes to Swift at the same time; never to a
disk.

The end of Swift's object is only written after the form has ended well. So whatever goes wrong before that,
in the form or on the way, Swift sees a body without an end and stores nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from proxy_upload import form
from proxy_upload.delivery import Incoming
from proxy_upload.form import FormLimits
from proxy_upload.form_stream import FormStream
from proxy_upload.settings import STREAM_PIECE_BYTES
from proxy_upload.storage import Storage
from swift_store.files import StoredFile


class _BodyFailed(Exception):
    """Carries an error of the form past the HTTP client, which would take an `OSError` for one of its own."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(reason)
        self.reason = reason


class _FileOfForm:
    """The form's one file: `open` reads up to its beginning, `pieces` the rest."""

    def __init__(self, incoming: Incoming, limits: FormLimits) -> None:
        self._read = incoming.body.read
        self._form = FormStream(incoming.boundary, limits, STREAM_PIECE_BYTES)
        self._first: list[bytes] = []
        self.size = 0

    def open(self) -> form.FilePart:
        while self._form.file is None:
            self._first = self._form.feed(self._read(STREAM_PIECE_BYTES) or None)
        return self._form.file

    def pieces(self) -> Iterator[bytes]:
        try:
            pieces, self._first = self._first, []
            more = True
            while more:
                for piece in pieces:
                    self.size += len(piece)
                    yield piece
                data = self._read(STREAM_PIECE_BYTES)
                pieces = self._form.feed(data or None)
                more = bool(data)
        except Exception as error:
            raise _BodyFailed(error) from error


class StreamDelivery:
    """Pushes while it reads. In the end the form's size is known, and so is the file's."""

    def __init__(self, storage: Storage, limits: FormLimits) -> None:
        self._storage = storage
        self._limits = limits

    def deliver(self, incoming: Incoming) -> StoredFile:
        file = _FileOfForm(incoming, self._limits)
        part = file.open()
        names = incoming.names(part)
        try:
            etag = self._storage.put_stream(names, part, file.pieces())
        except _BodyFailed as failure:
            raise failure.reason from None
        return self._storage.stored(names, part, file.size, etag)
