"""HTTP as plain as it gets: one connection, bodies sent while they are made, and every byte counted."""

import http.client
import socket
import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

_MAX_ANSWER_BYTES = 1024 * 1024


class Refused(Exception):
    """The server answered with another status than the one that was asked for."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"{status} {body[:200].decode(errors='replace')}".strip())
        self.status = status


FAILURES = (OSError, http.client.HTTPException)
"""What a connection raises when there is no answer."""


@dataclass
class Traffic:
    """Bytes that clients exchanged with a server: heads and bodies, without what TCP adds."""

    sent: int = 0
    received: int = 0


@dataclass(frozen=True)
class Request:
    """A request; `headers` say the length of its body, if there is one."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Iterable[bytes | memoryview] = ()


@dataclass(frozen=True)
class Answer:
    """What came back; the names of `headers` are the same in any case."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def expect(self, *statuses: int) -> Self:
        """Return the answer itself; `Refused` when its status is another."""
        if self.status not in statuses:
            raise Refused(self.status, self.body)
        return self


class Connection:
    """A connection to the server of a URL, opened by its first request; a context manager."""

    def __init__(
        self, url: str, traffic: Traffic, *, timeout: float, send_buffer_bytes: int | None = None
    ) -> None:
        parts = urlsplit(url)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        default = http.client.HTTPConnection if self._tls is None else http.client.HTTPSConnection
        self._http = default(parts.hostname or "", parts.port)
        self._timeout = timeout
        self._traffic = traffic
        self._send_buffer_bytes = send_buffer_bytes

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def ask(self, request: Request) -> Answer:
        """Send a request and read its answer.

        A server that refuses a body early may close before all of it was sent: its answer counts then.
        """
        if self._http.sock is None:
            self._connect()
        self._send_head(request)
        with suppress(BrokenPipeError, ConnectionResetError):
            for piece in request.body:
                self._http.send(piece)
                self._traffic.sent += len(piece)
        return self._answer()

    def _connect(self) -> None:
        connected = _connected(self._http.host, self._http.port, self._timeout, self._send_buffer_bytes)
        self._http.sock = (
            connected
            if self._tls is None
            else self._tls.wrap_socket(connected, server_hostname=self._http.host)
        )

    def _send_head(self, request: Request) -> None:
        self._http.putrequest(request.method, request.target, skip_accept_encoding=True)
        for name, value in request.headers.items():
            self._http.putheader(name, value)
        self._http.endheaders()
        first = f"{request.method} {request.target} HTTP/1.1\r\n"
        fields = {"Host": f"{self._http.host}:{self._http.port}", **request.headers}
        self._traffic.sent += len(first) + _field_bytes(fields.items())

    def _answer(self) -> Answer:
        response = self._http.getresponse()
        body = response.read(_MAX_ANSWER_BYTES)
        if response.length:
            # Read with a limit, http.client does not tell of the rest that never came.
            raise http.client.IncompleteRead(body, response.length)
        first = f"HTTP/1.1 {response.status} {response.reason}\r\n"
        self._traffic.received += len(first) + _field_bytes(response.getheaders()) + len(body)
        return Answer(response.status, response.headers, body)


def _field_bytes(fields: Iterable[tuple[str, str]]) -> int:
    """What header fields take on the wire, with the empty line after them."""
    return sum(len(f"{name}: {value}\r\n") for name, value in fields) + len("\r\n")


def _connected(host: str, port: int, timeout: float, send_buffer_bytes: int | None) -> socket.socket:
    """A connection to the first address of HOST that takes one."""
    failure: OSError = ConnectionRefusedError(f"{host} has no address")
    for family, address in _addresses(host, port):
        connecting = socket.socket(family, socket.SOCK_STREAM)
        connecting.settimeout(timeout)
        if send_buffer_bytes is not None:
            connecting.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer_bytes)
        try:
            connecting.connect(address)
        except OSError as error:
            connecting.close()
            failure = error
        else:
            connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connecting
    raise failure


@lru_cache
def _addresses(host: str, port: int) -> tuple[tuple[int, Any], ...]:
    """Asked for once: a look-up for each connection would be a part of each latency."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple((family, address) for family, _, _, _, address in found)
