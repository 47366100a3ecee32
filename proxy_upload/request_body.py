"""A request's body as `wsgi.input` gives it, with what a server leaves open: limits, and every way to break
off.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NoReturn

from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException

from proxy_upload.cooperative import body_length
from swift_store.errors import Problem


class RequestBody(io.RawIOBase):
    """Reads at most `limit` bytes; the end of the body is certain, or a `Problem` is raised.

    gunicorn's own reader returns short, without an error, when the client goes away: so what arrived is
    compared with the Content-Length. `length` None means that the server marks the end itself (chunked).
    """

    def __init__(self, read: Callable[[int], bytes], length: int | None, limit: int) -> None:
        super().__init__()
        if length is not None and length > limit:
            raise too_large(limit)
        self._read = read
        self._length = length
        self._limit = limit
        self.received = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Return SIZE bytes, fewer only at the end; b"" once the body is complete."""
        if size is None or size < 0:
            return self.readall()
        data = self._next(size if self._length is None else min(size, self._length - self.received))
        self.received += len(data)
        if self.received > self._limit:
            raise too_large(self._limit)
        if not data and size and self._length is not None and self.received < self._length:
            raise truncated(self.received, self._length)
        return data

    def readinto(self, buffer: Any, /) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _next(self, size: int) -> bytes:
        if not size:
            return b""
        try:
            return self._read(size)
        except (OSError, EOFError, ParseException, HTTPException) as error:
            _raise_problem(error, self.received, self._length)


def body_of(environ: dict[str, Any], limit: int) -> RequestBody:
    """The body of a WSGI request; raises `body-too-large` when its header already says so."""
    return RequestBody(environ["wsgi.input"].read, body_length(environ), limit)


def too_large(limit: int) -> Problem:
    return Problem("body-too-large", f"The request may have at most {limit} bytes.", limit=limit)


def truncated(received: int, length: int | None) -> Problem:
    announced = "its end is missing" if length is None else f"{length} were announced"
    detail = f"The request ended after {received} bytes, but {announced}. Send the file again."
    return Problem("truncated-body", detail)


def _raise_problem(error: BaseException, received: int, length: int | None) -> NoReturn:
    # The cooperative reader hides what happened to the socket behind an error of its own.
    if isinstance(error, TimeoutError) or isinstance(error.__cause__, TimeoutError):
        detail = f"Nothing more arrived after {received} bytes. Send the file again."
        raise Problem("body-too-slow", detail) from error
    if isinstance(error, HTTPException) and error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        raise error
    raise truncated(received, length) from error
