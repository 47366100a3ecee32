"""A body that comes in chunks gets a length before anybody looks at it, as if its sender had announced one.

Tornado alone answers a chunked body above the limit with a bare "Bad Request", and hangs up.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable
from typing import cast

from tornado.http1connection import HTTP1Connection
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)

from direct_upload.core.body_size import MAX_BODY_BYTES


class MeasuredBody(HTTPMessageDelegate):
    """Passes requests on as they come; chunked ones when they are whole, and no body that is too large."""

    def __init__(self, inner: HTTPMessageDelegate, connection: HTTPConnection) -> None:
        self._inner = inner
        self._connection = connection
        self._start_line: RequestStartLine | ResponseStartLine | None = None
        self._headers = HTTPHeaders()
        self._pieces: list[bytes] = []
        self._size = 0

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        if "Transfer-Encoding" not in headers:
            return self._inner.headers_received(start_line, headers)
        # From here on the limit is ours; the server's time for a body bounds what is thrown away.
        cast(HTTP1Connection, self._connection).set_max_body_size(sys.maxsize)
        self._start_line, self._headers = start_line, headers
        return None

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        if self._start_line is None:
            return self._inner.data_received(chunk)
        self._size += len(chunk)
        if self._size <= MAX_BODY_BYTES:
            self._pieces.append(chunk)
        else:
            self._pieces.clear()
        return None

    def finish(self) -> None:
        if self._start_line is not None:
            del self._headers["Transfer-Encoding"]
            self._headers["Content-Length"] = str(self._size)
            self._inner.headers_received(self._start_line, self._headers)
            for piece in self._pieces:
                self._inner.data_received(piece)
        self._inner.finish()

    def on_connection_close(self) -> None:
        if self._start_line is None:
            self._inner.on_connection_close()
