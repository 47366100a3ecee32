"""An HTTP proxy before one server that does to chosen requests what a fault says, and carries all others."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

import h11

from bench.faults.exchange import Ended, Exchange, Line, Request
from bench.faults.wire import Pass, WireFault

_HOST: Final = "127.0.0.1"
_ANSWER_SECONDS: Final = 30.0
_BACKLOG: Final = 1024
_MOST_SEEN: Final = 1000

Matches = Callable[[Request], bool]


@dataclass
class Strike:
    """A fault for the next `left` requests that match (None: for all of them), and how many it has met.

    Those that it could do nothing to are `spared`.
    """

    matches: Matches
    fault: WireFault
    left: int | None
    met: int = 0
    finished: int = 0
    spared: int = 0

    @property
    def has_struck(self) -> bool:
        """Whether something became of it, as far as that is known."""
        return self.met > self.spared

    @property
    def is_on_its_way(self) -> bool:
        """Whether a request is in its hands just now."""
        return self.met > self.finished

    def takes(self, request: Request) -> bool:
        """Whether the request is one of them; then it is counted."""
        if self.left == 0 or not self.matches(request):
            return False
        self.left = None if self.left is None else self.left - 1
        self.met += 1
        return True


@dataclass(frozen=True)
class Witness:
    """`sees` is called, in a thread, with each of these requests that the server has just granted."""

    matches: Matches
    sees: Callable[[Request], None]


@dataclass(frozen=True)
class Seen:
    """A request that came by, and the status of the server's answer; None when it gave none."""

    request: Request
    status: int | None


@dataclass
class FaultProxy:
    """Listens on a port of its own from `start` to `close`; a context manager. Any thread may use it."""

    target: tuple[str, int]
    port: int = 0
    # The latest only: a proxy may stand for hours.
    seen: deque[Seen] = field(default_factory=lambda: deque(maxlen=_MOST_SEEN))
    witness: Witness | None = None
    _strikes: list[Strike] = field(default_factory=list)
    _lines: set[Line] = field(default_factory=set)
    _server: asyncio.Server | None = None

    def start(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault proxy")
        self._thread.start()
        self.listen()
        return self

    def close(self) -> None:
        """End all connections, and the thread."""
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        return f"http://{_HOST}:{self.port}"

    def strike(self, matches: Matches, fault: WireFault, times: int | None = 1) -> Strike:
        """Let the fault meet the next so many requests that match. Of several, the latest goes first."""
        strike = Strike(matches, fault, times)
        self._strikes.insert(0, strike)
        return strike

    def mend(self) -> None:
        """No more faults: requests pass, and the port is open."""
        self._strikes.clear()
        self.listen()

    def listen(self) -> None:
        """Take connections; nothing happens when it does already."""
        self._run(self._listen())

    def shut(self) -> None:
        """Refuse connections from now on, and reset those that are open. Not from the proxy's own thread."""
        self._run(self._shut())

    def call(self, work: Callable[[], None]) -> None:
        """Run WORK in the proxy's thread."""
        self._loop.call_soon_threadsafe(work)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_ANSWER_SECONDS)

    async def _listen(self) -> None:
        if self._server is not None:
            return
        # Its own socket, not asyncio's choice: the port has to be the same one again.
        listener = socket.create_server((_HOST, self.port), backlog=_BACKLOG)
        self.port = listener.getsockname()[1]
        self._server = await asyncio.start_server(self._serve, sock=listener)

    async def _shut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for line in list(self._lines):
            line.reset()

    async def _end(self) -> None:
        await self._shut()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Line(reader, writer, h11.SERVER)
        self._lines.add(line)
        try:
            while True:
                await self._carry_one(line)
        except (Ended, h11.LocalProtocolError):
            pass
        except asyncio.CancelledError:
            line.reset()
        finally:
            self._lines.discard(line)
            with suppress(OSError):
                writer.close()

    async def _carry_one(self, line: Line) -> None:
        head = await line.receive()
        if not isinstance(head, h11.Request):
            raise Ended
        path, _, query = head.target.decode("latin-1").partition("?")
        request = Request(head.method.decode(), path, query, head.headers.raw_items())
        strike = next((one for one in self._strikes if one.takes(request)), None)
        if strike is not None and strike.left == 0:
            with suppress(ValueError):  # another thread may have mended everything just now
                self._strikes.remove(strike)
        exchange = Exchange(request, line, self.target, self._eyes_on(request))
        try:
            await (strike.fault if strike else Pass()).carry(exchange)
        finally:
            self.seen.append(Seen(request, exchange.status))
            if strike:
                strike.spared += exchange.is_spared
                strike.finished += 1
        while line.http.their_state is h11.SEND_BODY:
            await line.receive()
        line.http.start_next_cycle()

    def _eyes_on(self, request: Request) -> Callable[[Request], None] | None:
        witness = self.witness
        return witness.sees if witness is not None and witness.matches(request) else None
