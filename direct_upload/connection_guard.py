"""An HTTP server that many idle or slow connections can't shut: the ones that wait longest make room.

Without it, a thousand connections that never finish a request use up the file descriptors that most systems
allow. Nobody is accepted any more then, and the loop that tries to spins.
"""

from __future__ import annotations

import resource
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

from direct_upload.body_limit import MAX_BODY_BYTES, announces_too_much
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
    """Has at most `most_connections`, and at most `most_waiting_bytes` of bodies that are still arriving.

    A connection waits from its beginning, or its last answer, until a whole request has come. Over a limit
    the one that has waited longest is closed (of those with a part of a body, where that is the limit); when
    none waits, the newest is.
    """

    def initialize(self, *args: Any, most_connections: int, most_waiting_bytes: int, **kwargs: Any) -> None:  # type: ignore[override]
        super().initialize(*args, **kwargs)
        self._most_connections = most_connections
        self._most_waiting_bytes = most_waiting_bytes
        self._open = 0
        # In the order in which they began to wait, with the bytes of the body that have come.
        self._waiting: dict[HTTP1ServerConnection, int] = {}
        self._waiting_bytes = 0

    @property
    def open_connections(self) -> int:
        return self._open

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        if self._open >= self._most_connections and not self._make_room():
            stream.close()
            return
        self._open += 1
        super().handle_stream(stream, address)

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        assert isinstance(server_conn, HTTP1ServerConnection)  # noqa: S101 - for mypy
        self._waiting[server_conn] = 0
        inner = MeasuredBody(super().start_request(server_conn, request_conn), request_conn)
        return _Watched(inner, self, server_conn)

    def on_close(self, server_conn: object) -> None:
        assert isinstance(server_conn, HTTP1ServerConnection)  # noqa: S101 - for mypy
        self._open -= 1
        self.has_come(server_conn)
        super().on_close(server_conn)

    def has_grown(self, connection: HTTP1ServerConnection, size: int) -> None:
        """A part of a request's body has come."""
        if connection in self._waiting:
            self._waiting[connection] += size
            self._waiting_bytes += size
        while self._waiting_bytes > self._most_waiting_bytes:
            self._close(next(one for one, held in self._waiting.items() if held))

    def has_come(self, connection: HTTP1ServerConnection) -> None:
        """A whole request has come, or nothing more will: from now on the connection does not wait."""
        self._waiting_bytes -= self._waiting.pop(connection, 0)

    def _make_room(self) -> bool:
        longest = next(iter(self._waiting), None)
        if longest is not None:
            self._close(longest)
        return longest is not None

    def _close(self, connection: HTTP1ServerConnection) -> None:
        self.has_come(connection)
        connection.stream.close()


class _Watched(HTTPMessageDelegate):
    """Passes a request on, and tells the server how far it has come."""

    def __init__(
        self, inner: HTTPMessageDelegate, server: GuardedServer, connection: HTTP1ServerConnection
    ) -> None:
        self._inner = inner
        self._server = server
        self._connection = connection
        self._is_kept = True
        self._size = 0

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        # Of a body that is too large nothing is kept: it is thrown away as it comes.
        self._is_kept = not announces_too_much(headers)
        return self._inner.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        self._size += len(chunk)
        if self._is_kept and self._size <= MAX_BODY_BYTES:
            self._server.has_grown(self._connection, len(chunk))
        return self._inner.data_received(chunk)

    def finish(self) -> None:
        self._server.has_come(self._connection)
        self._inner.finish()

    def on_connection_close(self) -> None:
        self._server.has_come(self._connection)
        self._inner.on_connection_close()
