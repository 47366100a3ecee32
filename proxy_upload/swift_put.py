"""One object on its way to Swift from an event loop, piece by piece, each when the one before it has gone.

The PUT is signed for this object alone (TempURL): no token can run out in an upload that can't be sent
again. It stands on Tornado's HTTP/1 connection, because `AsyncHTTPClient` asks for the body by itself, and
lets nobody break off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, RequestStartLine, ResponseStartLine
from tornado.iostream import IOStream, StreamClosedError
from tornado.tcpclient import TCPClient

from swift_store.client import CONNECT_SECONDS
from swift_store.errors import SwiftRefused, SwiftUnavailable

T = TypeVar("T")

_SERVER_ERROR = 500
_TRY_AGAIN = {408, 429, 498, 499}


class _Answer(HTTPMessageDelegate):
    def __init__(self) -> None:
        self.status = 0
        self.headers = HTTPHeaders()
        self.body = b""

    def headers_received(
        self, start_line: ResponseStartLine | RequestStartLine, headers: HTTPHeaders
    ) -> None:
        assert isinstance(start_line, ResponseStartLine)  # noqa: S101 - we are the client
        self.status, self.headers = start_line.code, headers

    def data_received(self, chunk: bytes) -> None:
        self.body += chunk


class SwiftPut:
    """`write` the pieces, then `finish`; or `abort`, and Swift, which saw no end, stores nothing.

    `seconds` is how long Swift may stay silent. Raises `SwiftUnavailable` or `SwiftRefused`.
    """

    def __init__(self, stream: IOStream, seconds: float) -> None:
        self._stream = stream
        self._connection = HTTP1Connection(stream, is_client=True)
        self._seconds = seconds

    @classmethod
    async def begin(
        cls, client: TCPClient, url: str, headers: Mapping[str, str], *, seconds: float
    ) -> SwiftPut:
        """Connect, and send the request's head."""
        parts = urlsplit(url)
        https = parts.scheme == "https"
        port = parts.port or (443 if https else 80)
        connecting = client.connect(parts.hostname or "", port, ssl_options={} if https else None)
        put = cls(await _in_time(connecting, CONNECT_SECONDS), seconds)
        head = RequestStartLine("PUT", f"{parts.path}?{parts.query}", "HTTP/1.1")
        sent = put._connection.write_headers(head, HTTPHeaders({"Host": parts.netloc, **headers}))
        await put._step(sent)
        return put

    async def write(self, piece: bytes) -> None:
        """Return when the connection has taken the whole piece."""
        await self._step(self._connection.write(piece))

    async def finish(self) -> str:
        """End the object, and return the ETag that Swift gave it."""
        self._connection.finish()
        answer = _Answer()
        await self._step(self._connection.read_response(answer))
        self.abort()
        if answer.status == 0 or answer.status >= _SERVER_ERROR or answer.status in _TRY_AGAIN:
            raise SwiftUnavailable(f"Swift answered {answer.status or 'nothing'}")
        if answer.status >= 300:  # noqa: PLR2004 - HTTP's own number
            raise SwiftRefused(f"Swift answered {answer.status}", answer.status, answer.body)
        return answer.headers.get("Etag", "").strip('"')

    def abort(self) -> None:
        """Close the connection."""
        self._stream.close()

    async def _step(self, step: Awaitable[T]) -> T:
        try:
            return await _in_time(step, self._seconds)
        except SwiftUnavailable:
            self.abort()
            raise


async def _in_time(step: Awaitable[T], seconds: float) -> T:
    try:
        async with asyncio.timeout(seconds):
            return await step
    except (StreamClosedError, OSError, TimeoutError) as error:
        raise SwiftUnavailable(f"Swift can't be reached: {type(error).__name__}") from error
