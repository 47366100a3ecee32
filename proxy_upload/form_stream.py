"""A form that is parsed while it arrives, without IO: bytes of the request in, bytes of its one file out."""

from __future__ import annotations

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData, State

from proxy_upload import form
from proxy_upload.form import FilePart, FormLimits


class FormStream:
    """Feed it the body in any pieces, at most `piece_bytes` each, and `None` at the end.

    `file` is known from the call on that completed the headers of the file's part. What `feed` raises is a
    `Problem`; after that, and until `feed(None)` has returned, nothing that was fed may count as a file.
    """

    def __init__(self, boundary: bytes, limits: FormLimits, piece_bytes: int) -> None:
        self._limits = limits
        # The decoder limits all that it holds, be it of a field, of the file or before the first part.
        self._decoder = MultipartDecoder(boundary, limits.field_bytes + piece_bytes, max_parts=limits.parts)
        self._field_bytes = 0
        self._in_file = False
        self._ended = False
        self.file: FilePart | None = None

    def feed(self, data: bytes | None) -> list[bytes]:
        """Return the pieces of the file that DATA completes, none of them empty."""
        if self._ended:
            return []  # what follows the last boundary means nothing (RFC 2046, 5.1.1)
        pieces: list[bytes] = []
        try:
            self._decoder.receive_data(data)
            while not isinstance(event := self._decoder.next_event(), (NeedData, Epilogue)):
                self._take(event, pieces)
        except RequestEntityTooLarge as error:
            raise self._overflow() from error
        except ValueError as error:
            raise form.malformed(_fault(self._decoder.state, ended=data is None)) from error
        self._ended = self._decoder.state in {State.EPILOGUE, State.COMPLETE}
        if self._ended and self.file is None:
            raise form.no_file()
        return pieces

    def _take(self, event: Event, pieces: list[bytes]) -> None:
        match event:
            case File() if self.file is not None:
                raise form.several_files()
            case File():
                self.file = form.file_part(event.name, event.filename, event.headers)
                self._in_file = True
            case Field():
                self._in_file = False
                self._field_bytes = 0
            case Data() if self._in_file:
                if event.data:
                    pieces.append(event.data)
            case Data():
                self._field_bytes += len(event.data)
                if self._field_bytes > self._limits.field_bytes:
                    raise form.too_large(self._limits)

    def _overflow(self) -> Exception:
        if self._decoder.state is State.PREAMBLE:
            return form.malformed(_fault(State.PREAMBLE, ended=False))
        return form.too_large(self._limits)


def _fault(state: State, *, ended: bool) -> str:
    if state is State.PREAMBLE:
        return "its boundary does not occur in it"
    return "it ends before its last boundary" if ended else "the headers of a part are no headers"
