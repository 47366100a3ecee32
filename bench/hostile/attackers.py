"""Attackers: each holds one connection and does its worst on it. They count into one `Tally`."""

import asyncio
import itertools
import re
import socket
from collections.abc import Iterator

from bench.hostile.attacks import Attack, Kind
from bench.hostile.tally import Tally

_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
_STATUS_BYTES = len(b"HTTP/1.1 200 ")
_PIECE_BYTES = 1 << 20
# More than this unsent on a connection: the server does not keep up, and what is due is dropped.
_MOST_UNSENT_BYTES = 1 << 16
_UPLOAD_ID = "01912345-6789-7abc-8def-0123456789ab"
_OWNER = "0123456789abcdef" * 2


class Attacker(asyncio.Protocol):
    """A connection to the site, which counts answers and its own end."""

    # What is set on its socket: level, option and value.
    socket_options: tuple[tuple[int, int, int], ...] = ()

    def __init__(self, attack: Attack, host: str, tally: Tally, number: int) -> None:
        self.attack = attack
        self.host = host
        self.tally = tally
        self.number = number
        self.transport: asyncio.Transport | None = None
        self.is_open = False
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for mypy: it is TCP
        self.transport, self.is_open = transport, True
        self.tally.opened += 1
        self.begin()

    def data_received(self, data: bytes) -> None:
        text = self._rest + data
        for found in _STATUS.finditer(text):
            self.tally.answered(int(found[1]))
        # A status line may be cut in two, and none may be counted twice.
        self._rest = text[max(0, len(text) - _STATUS_BYTES + 1) :]

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.is_open = False
        self.tally.closed += 1

    def send(self, data: bytes) -> None:
        """Send, unless so much is unsent already that the connection stands still."""
        if not self.transport or not self.is_open:
            return
        if self.transport.get_write_buffer_size() < _MOST_UNSENT_BYTES:
            self.transport.write(data)
            self.tally.sent += 1
            self.tally.sent_bytes += len(data)

    def begin(self) -> None:
        """What it does when the connection is there."""

    def act(self) -> None:
        """What it does when its turn comes, by the attack's rate."""


class Slowloris(Attacker):
    """A request whose headers never end."""

    def begin(self) -> None:
        self.send(f"GET / HTTP/1.1\r\nHost: {self.host}\r\n".encode())

    def act(self) -> None:
        self.tally.offered += 1
        self.send(b"X-Drip: drop\r\n")


class BadTickets(Attacker):
    """Requests with tickets that are none of the site's, sent without waiting for answers."""

    def begin(self) -> None:
        self._requests = itertools.cycle([self._request(ticket) for ticket in bad_tickets(self.number)])

    def act(self) -> None:
        self.tally.offered += 1
        self.send(next(self._requests))

    def _request(self, ticket: str) -> bytes:
        body = f'{{"ticket":"{ticket}"}}'
        path = f"/api/uploads/{_UPLOAD_ID}/renew"
        head = f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Length: {len(body)}\r\n\r\n"
        return (head + body).encode()


def bad_tickets(seed: int) -> Iterator[str]:
    """Tickets that look better and better: nonsense, the right parts, and one with a signature's length."""
    yield f"nonsense-{seed}"
    yield f"eyJhIjoxfQ.{'A' * 43}"
    payload = f"{_OWNER}{_UPLOAD_ID}".encode().hex() * 3
    yield f".{payload}.{seed:043d}"
    yield "x" * 4000


class BigBodies(Attacker):
    """One big request after another, half of them without saying how big."""

    def begin(self) -> None:
        self._left = 0
        self._is_paused = False
        self._pour()

    def pause_writing(self) -> None:
        self._is_paused = True

    def resume_writing(self) -> None:
        self._is_paused = False
        self._pour()

    def _pour(self) -> None:
        while self.transport and self.is_open and not self._is_paused and not self.transport.is_closing():
            if not self._left:
                self._head()
            size = min(_PIECE_BYTES, self._left)
            self._left -= size
            self.transport.write(self._framed(b"x" * size))
            self.tally.sent_bytes += size

    def _head(self) -> None:
        assert self.transport is not None  # noqa: S101 - for mypy
        self.tally.offered += 1
        self.tally.sent += 1
        self._left = self.attack.body_bytes
        length = "Transfer-Encoding: chunked" if self._chunked else f"Content-Length: {self._left}"
        head = f"POST /api/uploads HTTP/1.1\r\nHost: {self.host}\r\n{length}\r\n\r\n"
        self.transport.write(head.encode())

    @property
    def _chunked(self) -> bool:
        return self.number % 2 == 1

    def _framed(self, piece: bytes) -> bytes:
        if not self._chunked:
            return piece
        end = b"" if self._left else b"0\r\n\r\n"
        return b"%x\r\n%b\r\n%b" % (len(piece), piece, end)


class SlowReader(Attacker):
    """Asks and asks, and never listens."""

    # Systems keep megabytes for a connection to the same machine, and little for one over a network.
    socket_options = (
        (socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1000),
        (socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),
    )

    def begin(self) -> None:
        assert self.transport is not None  # noqa: S101 - for mypy
        # Not here: until Python 3.11.4 reading begins after this call all the same.
        asyncio.get_running_loop().call_soon(self.transport.pause_reading)
        self.act()

    def act(self) -> None:
        self.tally.offered += 1
        self.send(f"GET /openapi.json HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode())


ATTACKERS: dict[Kind, type[Attacker]] = {
    Kind.SLOWLORIS: Slowloris,
    Kind.BAD_TICKETS: BadTickets,
    Kind.BIG_BODIES: BigBodies,
    Kind.SLOW_READERS: SlowReader,
}
