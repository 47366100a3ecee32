"""An HTTP server that many idle or slow connections can't shut: the ones that wait longest make room.

Without it, a thousand connections that never finish a request, or never take their answer, use up the file
descriptors that most systems allow. Nobody is accepted any more then, and the loop that tries to spins.
"""

from __future__ import annotations

import asyncio
import resource
import socket
import struct
from collections.abc import Awaitable
from typing import Any

from tornado.http1connection import HTTP1ServerConnection
from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.iostream import IOStream

from direct_upload.body_limit import announces_more
from direct_upload.core.body_size import MAX_BODY_BYTES
from direct_upload.measured_body import MeasuredBody

MOST_CONNECTIONS = 4096
MOST_WAITING_BYTES = 64 << 20
# For Swift, the log, the page's files and whatever libraries keep open.
_OTHER_FILES = 256
_FEWEST_CONNECTIONS = 16


def affordable_connections(wanted: int = MOST_CONNECTIONS) -> int:
    """How many connections this process may have; lifts its own limit of open files as far as that needs."""
    needed = wanted + _OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(_FEWEST_CONNECTIONS, allowed - _OTHER_FILES)


class GuardedServer(HTTPServer):
    """Has at most `most_connections`, and holds at most `most_waiting_bytes` of bodies and answers for them.

    A connection waits from its beginning, or its last answer, until a whole request has come; then again, at
    most `answer_timeout` seconds, while its client does not take the answer. Over a limit the one that has
    waited longest is closed (of those for which something is held, where that is the limit); when none waits,
    the newest is.
    """

    def initialize(  # type: ignore[override]
        self,
        *args: Any,
        most_connections: int,
        most_waiting_bytes: int,
        answer_timeout: float,
        **kwargs: Any,
    ) -> None:
        super().initialize(*args, **kwargs)
        self._most_connections = most_connections
        self._most_waiting_bytes = most_waiting_bytes
        self._answer_timeout = answer_timeout
        self._open = 0
        # In the order in which they began to wait, with the bytes that are held for them.
        self._waiting: dict[IOStream, int] = {}
        self._waiting_bytes = 0

    @property
    def open_connections(self) -> int:
        return self._open

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        if self._open >= self._most_connections and not self._make_room():
            stream.close()
            return
        self._open += 1
        super().handle_stream(_Stream(stream, self), address)

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        assert isinstance(server_conn, HTTP1ServerConnection)  # noqa: S101 - for mypy
        self._waiting[server_conn.stream] = 0
        inner = MeasuredBody(super().start_request(server_conn, request_conn), request_conn)
        return _Watched(inner, self, server_conn.stream)

    def on_close(self, server_conn: object) -> None:
        assert isinstance(server_conn, HTTP1ServerConnection)  # noqa: S101 - for mypy
        self._open -= 1
        self.has_moved(server_conn.stream)
        super().on_close(server_conn)

    def has_grown(self, stream: IOStream, size: int) -> None:
        """More is held for a connection that waits."""
        if stream in self._waiting:
            self._waiting[stream] += size
            self._waiting_bytes += size
        while self._waiting_bytes > self._most_waiting_bytes:
            self._close(next(one for one, held in self._waiting.items() if held))

    def has_moved(self, stream: IOStream) -> None:
        """A whole request has come, or its answer was taken, or nothing more will be: it does not wait."""
        self._waiting_bytes -= self._waiting.pop(stream, 0)

    def has_stalled(self, stream: IOStream, written: asyncio.Future[None], size: int) -> None:
        """An answer of this SIZE was not taken at once; WRITTEN is done when it is."""
        if stream in self._waiting:
            return
        self._waiting[stream] = 0
        deadline = asyncio.get_running_loop().call_later(self._answer_timeout, self._close, stream)

        def end(_written: asyncio.Future[None]) -> None:
            deadline.cancel()
            self.has_moved(stream)

        written.add_done_callback(end)
        self.has_grown(stream, size)

    def _make_room(self) -> bool:
        longest = next(iter(self._waiting), None)
        if longest is not None:
            self._close(longest)
        return longest is not None

    def _close(self, stream: IOStream) -> None:
        self.has_moved(stream)
        if not stream.closed():
            # What was not taken yet is thrown away; the system would keep it for minutes.
            stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            stream.close()


class _Stream(IOStream):
    """Takes a new stream's place, and tells the server when what is written has to wait."""

    def __init__(self, stream: IOStream, server: GuardedServer) -> None:
        super().__init__(
            stream.socket, max_buffer_size=stream.max_buffer_size, read_chunk_size=stream.read_chunk_size
        )
        self._server = server

    def write(self, data: bytes | memoryview) -> asyncio.Future[None]:
        written = super().write(data)
        if not written.done():
            self._server.has_stalled(self, written, len(data))
        return written


class _Watched(HTTPMessageDelegate):
    """Passes a request on, and tells the server how far it has come."""

    def __init__(self, inner: HTTPMessageDelegate, server: GuardedServer, stream: IOStream) -> None:
        self._inner = inner
        self._server = server
        self._stream = stream
        self._is_kept = True
        self._size = 0

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        # Of a body that is too large nothing is kept: it is thrown away as it comes.
        self._is_kept = not announces_more(headers, MAX_BODY_BYTES)
        return self._inner.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        self._size += len(chunk)
        if self._is_kept and self._size <= MAX_BODY_BYTES:
            self._server.has_grown(self._stream, len(chunk))
        return self._inner.data_received(chunk)

    def finish(self) -> None:
        self._server.has_moved(self._stream)
        self._inner.finish()

    def on_connection_close(self) -> None:
        self._server.has_moved(self._stream)
        self._inner.on_connection_close()
