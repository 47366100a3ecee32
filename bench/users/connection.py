"""HTTP as plain as it gets: one connection, bodies sent while they are made, and every byte counted."""

import http.client
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
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
class Answer:
    status: int
    headers: Mapping[str, str]
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
        host, port = parts.hostname or "", parts.port
        self._http = (
            http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
            if parts.scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=timeout)
        )
        self._traffic = traffic
        self._send_buffer_bytes = send_buffer_bytes

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def request(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: Iterable[bytes | memoryview] = (),
    ) -> Answer:
        """Send a request and read its answer. `headers` say the body's length.

        A server that refuses a body early may close before all of it was sent: its answer counts then.
        """
        if self._http.sock is None:
            self._connect()
        self._head(method, target, headers)
        try:
            for piece in body:
                self._http.send(piece)
                self._traffic.sent += len(piece)
        except (BrokenPipeError, ConnectionResetError):
            return self._answer()
        return self._answer()

    def _connect(self) -> None:
        self._http.connect()
        if self._send_buffer_bytes is not None:
            self._http.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._send_buffer_bytes)

    def _head(self, method: str, target: str, headers: Mapping[str, str]) -> None:
        self._http.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            self._http.putheader(name, value)
        host = f"Host: {self._http.host}:{self._http.port}"
        lines = [f"{method} {target} HTTP/1.1", host, *(f"{n}: {v}" for n, v in headers.items()), "", ""]
        self._http.endheaders()
        self._traffic.sent += len("\r\n".join(lines))

    def _answer(self) -> Answer:
        response = self._http.getresponse()
        body = response.read(_MAX_ANSWER_BYTES)
        head = f"HTTP/1.1 {response.status} {response.reason}\r\n\r\n"
        fields = sum(len(name) + len(value) + len(": \r\n") for name, value in response.getheaders())
        self._traffic.received += len(head) + fields + len(body)
        return Answer(response.status, dict(response.getheaders()), body)
