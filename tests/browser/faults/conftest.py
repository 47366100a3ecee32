"""A proxy between Chromium and Swift that breaks requests on purpose, and a Swift that may be restarted."""

import select
import socket
import socketserver
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import swiftclient

from swift_store.dev import EmbeddedSwift

CHUNK_BYTES = 1 << 18
RESET_AT_CLOSE = struct.pack("ii", 1, 0)
GLANCE_SECONDS = 0.05


@dataclass(frozen=True)
class Request:
    method: str
    length: int
    origin: str


@dataclass(frozen=True)
class Piece:
    """Bytes of one request: its head, whose `offset` is None, or a part of its body and where it begins."""

    request: Request
    data: bytes
    offset: int | None

    @property
    def end(self):
        return 0 if self.offset is None else self.offset + len(self.data)

    @property
    def is_last(self):
        return self.end == self.request.length


class RequestReader:
    """Cuts what a browser sends over one connection into pieces of requests. Loses and changes no byte."""

    def __init__(self):
        self._head = b""
        self._request = None
        self._offset = 0

    def feed(self, data: bytes) -> Iterator[Piece]:
        while data:
            if self._request is None:
                head, end, data = (self._head + data).partition(b"\r\n\r\n")
                if not end:
                    self._head = head
                    return
                self._head = b""
                request = _parse(head)
                yield Piece(request, head + end, None)
                self._request, self._offset = (request, 0) if request.length else (None, 0)
            else:
                part, data = data[: self._left], data[self._left :]
                request, offset = self._request, self._offset
                self._offset += len(part)
                if self._left == 0:
                    self._request = None
                yield Piece(request, part, offset)

    @property
    def _left(self):
        return self._request.length - self._offset


def _parse(head: bytes) -> Request:
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Request(first.split(" ")[0], int(headers.get("content-length", 0)), headers.get("origin", "*"))


class Ended(Exception):
    """A fault has ended the connection."""


@dataclass(frozen=True)
class Pass:
    """No fault at all."""

    def carry(self, piece, line):
        line.forward(piece.data)


@dataclass(frozen=True)
class Reset:
    """The connection is reset in the middle of the body."""

    after: int

    def carry(self, piece, line):
        line.forward(piece.data)
        if piece.end >= self.after:
            line.reset()


@dataclass(frozen=True)
class Stall:
    """From some byte on nothing moves any more, and nobody says why."""

    after: int

    def carry(self, piece, line):
        line.forward(piece.data)
        if piece.end >= self.after:
            line.wait_until_gone()


@dataclass(frozen=True)
class Corrupt:
    """One byte of the body is another one when it arrives."""

    at: int

    def carry(self, piece, line):
        data = piece.data
        if piece.offset is not None and piece.offset <= self.at < piece.end:
            index = self.at - piece.offset
            data = data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :]
        line.forward(data)


@dataclass(frozen=True)
class Refuse:
    """Swift is not asked; a proxy of it answers that it is not there."""

    def carry(self, piece, line):
        if piece.is_last:
            line.answer(503, piece.request.origin)


@dataclass(frozen=True)
class Hold:
    """The request goes on its way only when `release` is set."""

    release: threading.Event = field(default_factory=threading.Event)

    def carry(self, piece, line):
        line.wait_for(self.release)
        line.forward(piece.data)


class FaultProxy:
    """Stands before Swift on a port of its own. PUTs are numbered from 1, as they arrive."""

    def __init__(self, target):
        self.target = target
        self.puts = 0
        self.answers = Counter()
        self.closing = threading.Event()
        self._faults = {}
        self._always = Pass()
        self._lock = threading.Lock()
        self._server = _Listener(("127.0.0.1", 0), _Connection)
        self._server.proxy = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def reset(self, put, after):
        """Reset the connection of one PUT when so many bytes of its body have passed."""
        self._faults[put] = Reset(after)

    def stall(self, put, after):
        """Let nothing more pass of one PUT after so many bytes of its body, until the browser gives up."""
        self._faults[put] = Stall(after)

    def corrupt(self, put, at):
        """Change one byte of the body of one PUT."""
        self._faults[put] = Corrupt(at)

    def hold(self, *puts):
        """Keep these PUTs back until the returned function is called."""
        fault = Hold()
        self._faults |= dict.fromkeys(puts, fault)
        return fault.release.set

    def refuse(self):
        """From now on answer 503 to everything but preflights, until `mend`."""
        self._always = Refuse()

    def mend(self):
        self._always = Pass()

    def fault_of(self, request):
        if request.method == "OPTIONS":
            return Pass()
        if request.method != "PUT":
            return self._always
        with self._lock:
            self.puts += 1
            return self._faults.pop(self.puts, self._always)

    def note_answer(self, data):
        if data.startswith(b"HTTP/1.1 "):
            with self._lock:
                self.answers[int(data[9:12])] += 1

    def close(self):
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Listener(socketserver.ThreadingTCPServer):
    request_queue_size = 100


class _Connection(socketserver.BaseRequestHandler):
    def handle(self):
        proxy = self.server.proxy
        with suppress(OSError), socket.create_connection(proxy.target) as upstream:
            _Line(proxy, self.request, upstream).run()


class _Line:
    """One connection from the browser, and the one to Swift that belongs to it."""

    def __init__(self, proxy, client, upstream):
        self.proxy = proxy
        self.client = client
        self.upstream = upstream

    def run(self):
        back = threading.Thread(target=self._carry_back)
        back.start()
        reader, fault = RequestReader(), Pass()
        try:
            while data := self._receive():
                for piece in reader.feed(data):
                    if piece.offset is None:
                        fault = self.proxy.fault_of(piece.request)
                    fault.carry(piece, self)
        except (OSError, Ended):
            pass
        finally:
            _shut(self.upstream)
            back.join()
            _shut(self.client)

    def forward(self, data):
        self.upstream.sendall(data)

    def answer(self, status, origin):
        head = (
            f"HTTP/1.1 {status} Fault\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin: {origin}\r\n\r\n"
        )
        self.client.sendall(head.encode())

    def reset(self):
        self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
        self.client.close()
        raise Ended

    def wait_until_gone(self):
        while not self._client_is_gone():
            self._pause()
        raise Ended

    def wait_for(self, event):
        while not event.is_set():
            if self._client_is_gone():
                raise Ended
            self._pause()

    def _pause(self):
        if self.proxy.closing.wait(GLANCE_SECONDS):
            raise Ended

    def _client_is_gone(self):
        # What it has sent already need not be read for this.
        poll = select.poll()
        poll.register(self.client, select.POLLRDHUP)
        return bool(poll.poll(0))

    def _receive(self):
        """The browser's next bytes; none when it or the proxy has ended."""
        while not select.select([self.client], [], [], GLANCE_SECONDS)[0]:
            if self.proxy.closing.is_set():
                return b""
        return self.client.recv(CHUNK_BYTES)

    def _carry_back(self):
        with suppress(OSError):
            while data := self.upstream.recv(CHUNK_BYTES):
                self.proxy.note_answer(data)
                self.client.sendall(data)
        _shut(self.client)


def _shut(end):
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def big_swift(tmp_path_factory):
    """A cluster that keeps its files and its port when it is stopped and started again."""
    with EmbeddedSwift(tmp_path_factory.mktemp("swift"), _free_port()) as cluster:
        yield cluster


@pytest.fixture
def connection(big_swift):
    """A connection to that cluster. Not for the session: others would get it in place of their own."""
    connection = swiftclient.Connection(big_swift.auth_url, big_swift.user, big_swift.key, retries=0)
    yield connection
    connection.close()


@pytest.fixture
def reader():
    return RequestReader()


@pytest.fixture
def proxy(big_swift):
    address = urlsplit(big_swift.auth_url)
    proxy = FaultProxy((address.hostname, address.port))
    yield proxy
    proxy.close()


@pytest.fixture
def own_site(own_site, proxy):
    """A site whose visitors reach Swift through the proxy, in segments of 8 MiB."""
    own_site.stop()
    own_site.environ |= {
        "DIRECT_UPLOAD_SWIFT_PUBLIC_URL": proxy.url,
        "DIRECT_UPLOAD_SEGMENT_SIZE": "8MiB",
    }
    own_site.start()
    return own_site
