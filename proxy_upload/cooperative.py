"""Let a gevent worker breathe while it reads a request body.

    app = CooperativeInput(app)

A gevent socket waits only when there is nothing to read. A client that keeps the socket's buffer full is
never waited for, so the greenlet that reads its body runs until the body ends and nobody else is served. The
reader in this file gives the event loop a turn after a budget of time and bytes, and that turn polls the
sockets: `gevent.sleep(0)` would only queue a callback, of which gevent runs fifty before it polls again.

All readers of a process share one queue, of which the loop serves one reader a turn, behind the requests that
came. So however many uploads are under way, a new request waits for one budget, not for the sum of them.

This file needs nothing but the standard library. gevent, werkzeug and gunicorn are used when they are there.
"""

import array
import collections
import contextlib
import errno
import fcntl
import io
import sys
import termios
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

try:
    from werkzeug.exceptions import ClientDisconnected as _BadRequest
except ImportError:

    class _BadRequest(OSError):  # type: ignore[no-redef]
        code = 400


try:
    from gunicorn.http.errors import ParseException as _MalformedBody
except ImportError:
    _MalformedBody = EOFError

TURN_SECONDS = 0.0005
TURN_BYTES = 1024 * 1024
READ_AHEAD = 1024 * 1024
_PIECE = 1024 * 1024
_LINE_PIECE = 64 * 1024


class ClientDisconnected(_BadRequest, ConnectionResetError):
    """The body ended before its announced end, or cannot be read on.

    werkzeug and Flask answer it with 400, Django sees an `OSError`, and gunicorn, which finds ECONNRESET in
    it, writes no traceback.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.errno = errno.ECONNRESET
        self.args = (errno.ECONNRESET, message)


class InputStream(Protocol):
    """What PEP 3333 promises of `wsgi.input`, as far as it is used here."""

    def read(self, size: int, /) -> bytes: ...
    def readline(self, size: int, /) -> bytes: ...


class CooperativeReader(io.RawIOBase):
    """A request body that is read in turns with everybody else in the process.

    `length` is the body's size in bytes; None means that the server marks the end itself (chunked). Nothing
    is read past it, and a body that ends before it raises `ClientDisconnected`, also on every later call.

    `yield_turn` is called between two reads once `turn_seconds` of `clock`, or `turn_bytes`, are used up;
    None never yields. `waiting` tells how many bytes can be read from the client without waiting: up to
    `read_ahead` of them are then read at once, whatever smaller size was asked for, because a server copies
    its whole buffer for every read. No call waits for bytes that the caller did not ask for.
    """

    def __init__(  # noqa: PLR0913 - a budget, a clock and a way to yield are all the caller's
        self,
        stream: InputStream,
        length: int | None,
        *,
        yield_turn: Callable[[], None] | None = None,
        clock: Callable[[], float] = time.perf_counter,
        turn_seconds: float = TURN_SECONDS,
        turn_bytes: int = TURN_BYTES,
        waiting: Callable[[], int] | None = None,
        read_ahead: int = READ_AHEAD,
    ) -> None:
        super().__init__()
        self._stream = stream
        self._length = length
        self._received = 0
        self._ended = length == 0
        self._failure: str | None = None
        self._buffer = b""
        self._at = 0
        self._yield_turn = yield_turn
        self._clock = clock
        self._turn_seconds = turn_seconds
        self._turn_bytes = turn_bytes
        self._turn_started = clock()
        self._turn_received = 0
        self._waiting = waiting
        self._read_ahead = read_ahead

    @property
    def is_exhausted(self) -> bool:
        """Whether the server has nothing more to give: the body ended, or broke."""
        return self._ended or self._failure is not None

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Return `size` bytes, fewer only where the body ends; without a size, all that is left."""
        if size is None or size < 0 or size > _PIECE:
            return self._read_pieces(sys.maxsize if size is None or size < 0 else size)
        self._take_turn()
        end = self._at + size
        if end > len(self._buffer) and not self._ended:
            self._fill(size)
            end = self._at + size
        data = self._buffer[self._at : end]
        self._at = end
        return data

    def readall(self) -> bytes:
        return self._read_pieces(sys.maxsize)

    def readinto(self, buffer: Any, /) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readline(self, size: int | None = -1, /) -> bytes:
        """Return the bytes up to and with the next line feed, at most `size`."""
        wanted = sys.maxsize if size is None or size < 0 else size
        parts: list[bytes] = []
        while wanted > 0:
            self._take_turn()
            if self._at >= len(self._buffer) and not self._refill_for_line(wanted):
                break
            found = self._buffer.find(b"\n", self._at, self._at + wanted)
            end = found + 1 if found >= 0 else min(self._at + wanted, len(self._buffer))
            parts.append(self._buffer[self._at : end])
            wanted = 0 if found >= 0 else wanted - len(parts[-1])
            self._at = end
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def drain(self) -> None:
        """Read the rest of the body, in turns, and forget it."""
        while self.read(_PIECE):
            pass

    def _read_pieces(self, size: int) -> bytes:
        # BytesIO grows in place and gives its bytes away uncopied; joining a list would hold the loop up.
        whole = io.BytesIO()
        while size > 0 and (piece := self.read(min(size, _PIECE))):
            size -= whole.write(piece)
        return whole.getvalue()

    def _fill(self, size: int) -> None:
        """Have `size` bytes in the buffer, or all there are. Reads whole multiples of `size` ahead."""
        rest = self._buffer[self._at :]
        parts = [rest] if rest else []  # joining a single piece does not copy it
        missing = size - len(rest)
        if self._waiting is not None and missing == size < self._read_ahead:
            missing = max(size, min(self._waiting(), self._read_ahead) // size * size)
        while missing > 0 and (data := self._receive(self._stream.read, missing)):
            parts.append(data)
            missing -= len(data)
        self._buffer = b"".join(parts)
        self._at = 0

    def _refill_for_line(self, wanted: int) -> bool:
        """Replace the used-up buffer by what waits, or else by the server's own next line."""
        waiting = 0 if self._waiting is None else min(self._waiting(), self._read_ahead)
        if waiting:
            self._buffer = self._receive(self._stream.read, waiting)
        else:
            self._buffer = self._receive(self._stream.readline, min(wanted, _LINE_PIECE))
        self._at = 0
        return bool(self._buffer)

    def _receive(self, method: Callable[[int], bytes], size: int) -> bytes:
        """The only place that asks the server for bytes, and so the one that knows how the body ends."""
        if self._failure is not None:
            raise ClientDisconnected(self._failure)
        if self._ended:
            return b""
        if self._length is not None:
            size = min(size, self._length - self._received)
        try:
            data = method(size)
        except (OSError, EOFError, _MalformedBody) as error:
            raise self._broken(str(error) or type(error).__name__) from error
        if not data and self._length is not None:
            raise self._broken("the client went away")
        self._received += len(data)
        self._turn_received += len(data)
        self._ended = not data or self._received == self._length
        return data

    def _broken(self, reason: str) -> ClientDisconnected:
        # Kept, because servers answer a read after the break with b"", which looks like an orderly end.
        announced = "no end" if self._length is None else str(self._length)
        self._failure = f"Request body broken after {self._received} bytes ({announced} announced): {reason}"
        return ClientDisconnected(self._failure)

    def _take_turn(self) -> None:
        if self._yield_turn is None:
            return
        if self._turn_received < self._turn_bytes and self._clock() - self._turn_started < self._turn_seconds:
            return
        self._yield_turn()
        self._turn_received = 0
        self._turn_started = self._clock()


class LoopTurns:
    """A queue of greenlets before one gevent hub: each turn of the loop, after its poll, serves one."""

    def __init__(self, hub: Any) -> None:
        from gevent.hub import Waiter  # noqa: PLC0415 - gevent is optional

        self._hub = hub
        self._new_waiter: Callable[[Any], Any] = Waiter
        self._queue: collections.deque[Any] = collections.deque()
        # A timer is only served after a poll, and needs no quiet moment as an idle watcher does, with which
        # a busy site would starve its uploads. The lowest priority puts it behind sockets that are ready.
        self._timer = hub.loop.timer(0, priority=-2)

    def wait(self) -> None:
        """Let the loop poll, and everybody who queued before, run first."""
        waiter = self._new_waiter(self._hub)
        self._queue.append(waiter)
        self._arm()
        try:
            waiter.get()
        except BaseException:
            if waiter in self._queue:
                self._queue.remove(waiter)
            raise

    def _arm(self) -> None:
        if not self._timer.active:
            self._timer.start(self._serve_one, update=False)

    def _serve_one(self) -> None:
        if not self._queue:
            return
        waiter = self._queue.popleft()
        if self._queue:
            self._arm()
        # Behind the greenlets that this poll has started: a new request runs before the next piece of a body.
        self._hub.loop.run_callback(waiter.switch, None)


def running_hub() -> Any:
    """Return the gevent hub that runs the current greenlet; None outside gevent, and in the hub itself."""
    if "gevent.hub" not in sys.modules:
        return None
    from gevent.hub import Hub  # noqa: PLC0415 - gevent is optional
    from greenlet import getcurrent  # noqa: PLC0415

    ancestor = getcurrent().parent
    while ancestor is not None and not isinstance(ancestor, Hub):
        ancestor = ancestor.parent
    return ancestor


def gevent_turns() -> Callable[[], None] | None:
    """Return how the current greenlet yields; None where no gevent hub runs it, and nobody needs it to."""
    hub = running_hub()
    if hub is None:
        return None
    if "cooperative_turns" not in vars(hub):
        hub.cooperative_turns = LoopTurns(hub)
    turns: LoopTurns = hub.cooperative_turns
    return turns.wait


class CooperativeInput:
    """WSGI middleware: a `CooperativeReader` takes the place of `wsgi.input` where a request has a body.

    What the application leaves unread is read and forgotten, in turns, after its response: gunicorn would do
    so by itself, a kilobyte at a time and without a pause. `turns` is asked once a request how to yield.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        turns: Callable[[], Callable[[], None] | None] = gevent_turns,
        turn_seconds: float = TURN_SECONDS,
        turn_bytes: int = TURN_BYTES,
        read_ahead: int = READ_AHEAD,
    ) -> None:
        self._app = app
        self._turns = turns
        self._budget = {"turn_seconds": turn_seconds, "turn_bytes": turn_bytes, "read_ahead": read_ahead}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = body_length(environ)
        if length == 0:
            return self._app(environ, start_response)
        reader = CooperativeReader(
            environ["wsgi.input"],
            length,
            yield_turn=self._turns(),
            waiting=None if length is None else bytes_waiting(environ),
            **self._budget,  # type: ignore[arg-type]
        )
        environ["wsgi.input"] = reader
        environ["wsgi.input_terminated"] = True
        response = self._app(environ, start_response)
        return response if reader.is_exhausted else _DrainingResponse(response, reader)


class _DrainingResponse:
    def __init__(self, response: Iterable[bytes], reader: CooperativeReader) -> None:
        self._response = response
        self._reader = reader

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._response)

    def close(self) -> None:
        try:
            if hasattr(self._response, "close"):
                self._response.close()
        finally:
            with contextlib.suppress(ClientDisconnected):  # it has its response, or never will
                self._reader.drain()


def body_length(environ: WSGIEnvironment) -> int | None:
    """Return the size of the request's body in bytes; None where the server marks its end (chunked)."""
    if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower() and environ.get(
        "wsgi.input_terminated"
    ):
        return None
    announced = environ.get("CONTENT_LENGTH") or ""
    return int(announced) if announced.isascii() and announced.isdigit() else 0


def bytes_waiting(environ: WSGIEnvironment) -> Callable[[], int] | None:
    """Return a function that counts the bytes that the kernel holds for a request, where that can be known.

    It can behind gunicorn (`gunicorn.socket`) on plain HTTP/1: not under TLS or in HTTP/2 frames, where the
    bytes of the socket are not those of the body.
    """
    connection = environ.get("gunicorn.socket")
    if connection is None or hasattr(connection, "cipher"):
        return None
    if environ.get("SERVER_PROTOCOL") not in {"HTTP/1.0", "HTTP/1.1"}:
        return None
    descriptor = connection.fileno()
    count = array.array("i", [0])

    def waiting() -> int:
        fcntl.ioctl(descriptor, termios.FIONREAD, count)
        return count[0]

    return waiting
