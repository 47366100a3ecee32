"""One request on its way through the fault proxy, and everything that a fault can do to it."""

from __future__ import annotations

import asyncio
import select
import socket
import struct
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import h11

_READ_BYTES: Final = 1 << 16
_MOST_HEAD_BYTES: Final = 1 << 20
_GLANCE_SECONDS: Final = 0.05
_GRANTED: Final = range(200, 300)
# SO_LINGER with no time left: closing sends RST rather than FIN.
_RESET_AT_CLOSE: Final = struct.pack("ii", 1, 0)


class Ended(Exception):
    """The connection has ended, by its peer or by a fault."""


@dataclass(frozen=True)
class Request:
    """The head of a request. `path` is without the query."""

    method: str
    path: str
    query: str
    headers: Sequence[tuple[bytes, bytes]]

    def header(self, name: bytes) -> str | None:
        """A header by its name in lower case; None when it is not there."""
        found = [value for header, value in self.headers if header.lower() == name]
        return found[0].decode("latin-1") if found else None


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes = b""


class Line:
    """One end of a connection: HTTP/1.1 over asyncio's streams."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, role: Any) -> None:
        self.http = h11.Connection(role, max_incomplete_event_size=_MOST_HEAD_BYTES)
        self._reader = reader
        self.writer = writer

    async def receive(self) -> h11.Event:
        """The next event. Raises `Ended` when there is none any more."""
        try:
            while (event := self.http.next_event()) is h11.NEED_DATA:
                self.http.receive_data(await self._reader.read(_READ_BYTES))
        except (OSError, h11.RemoteProtocolError) as error:
            raise Ended from error
        if isinstance(event, h11.Event) and not isinstance(event, h11.ConnectionClosed):
            return event
        raise Ended

    async def send(self, *events: h11.Event) -> None:
        """Raises `Ended` when nobody takes it."""
        await self.write(self.encode(*events))

    def encode(self, *events: h11.Event) -> bytes:
        """The bytes of these events, as they would be sent."""
        return b"".join(self.http.send(event) or b"" for event in events)

    async def write(self, data: bytes) -> None:
        """Send these very bytes."""
        try:
            self.writer.write(data)
            await self.writer.drain()
        except OSError as error:
            raise Ended from error

    def reset(self) -> None:
        """End it with a RST."""
        end: socket.socket | None = self.writer.get_extra_info("socket")
        if end is not None:
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
        self.writer.transport.abort()

    @property
    def is_gone(self) -> bool:
        """Whether the peer has ended it; what it has sent before need not be read to know."""
        descriptor = self.writer.get_extra_info("socket").fileno()
        if descriptor < 0 or self.writer.is_closing():
            return True
        poll = select.poll()
        poll.register(descriptor, select.POLLRDHUP)
        return bool(poll.poll(0))


class Exchange:
    """A request whose head has arrived at the proxy.

    SEES is told of it, in a thread, when the server has granted it and nobody else knows of that yet.
    """

    def __init__(
        self,
        request: Request,
        client: Line,
        target: tuple[str, int],
        sees: Callable[[Request], None] | None = None,
    ) -> None:
        self.request = request
        self.client = client
        # What the server answered; None as long as it has not.
        self.status: int | None = None
        # Whether the fault that it met had nothing to act on.
        self.is_spared = False
        self._target = target
        self._sees = sees

    async def body(self) -> AsyncIterator[bytes]:
        """What the client sends, as it comes."""
        while not isinstance(event := await self.client.receive(), h11.EndOfMessage):
            if isinstance(event, h11.Data):
                yield bytes(event.data)

    async def whole_body(self) -> bytes:
        return b"".join([piece async for piece in self.body()])

    async def pass_on(self, pieces: AsyncIterator[bytes] | None = None) -> None:
        """Let the server have the request, with these PIECES as its body, and the client the answer."""
        async with self._upstream() as server:
            await _both(self._send(server, pieces or self.body()), self._return(server))

    async def ask(self, body: bytes) -> Answer:
        """Let the server have the request, and return its answer instead of giving it to the client."""

        async def pieces() -> AsyncIterator[bytes]:
            yield body

        async with self._upstream() as server:
            await self._send(server, pieces())
            head = await _head_of(server)
            rest = [bytes(event.data) async for event in _data_of(server)]
        await self._answered(head.status_code)
        return Answer(head.status_code, head.headers.raw_items(), b"".join(rest))

    async def answer(self, answer: Answer) -> None:
        """Give the client this answer, whatever the server would say."""
        await self.client.send(*_events(answer))

    async def answer_in_part(self, answer: Answer) -> None:
        """Give the client the first half of the answer's bytes, then end the connection in order."""
        data = self.client.encode(*_events(answer))
        await self.client.write(data[: len(data) // 2])
        raise Ended

    def reset(self) -> None:
        """Reset the client's connection."""
        self.client.reset()
        raise Ended

    async def until_gone(self) -> None:
        """Read nothing and say nothing, until the client gives up."""
        await self.until_gone_or(asyncio.Event())

    async def until_gone_or(self, event: asyncio.Event) -> None:
        """The same, but return when the event is set."""
        while not event.is_set():
            if self.client.is_gone:
                raise Ended
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), _GLANCE_SECONDS)

    @asynccontextmanager
    async def _upstream(self) -> AsyncIterator[Line]:
        try:
            reader, writer = await asyncio.open_connection(*self._target)
        except OSError as error:
            raise Ended from error
        try:
            yield Line(reader, writer, h11.CLIENT)
        finally:
            writer.transport.abort()

    async def _send(self, server: Line, pieces: AsyncIterator[bytes]) -> None:
        request = self.request
        target = f"{request.path}?{request.query}" if request.query else request.path
        await server.send(h11.Request(method=request.method, target=target, headers=list(request.headers)))
        is_taken = True
        async for piece in pieces:
            if is_taken and piece:
                is_taken = await _offer(server, h11.Data(data=piece))
        if is_taken:
            await _offer(server, h11.EndOfMessage())

    async def _return(self, server: Line) -> None:
        head = await _head_of(server)
        await self._answered(head.status_code)
        await self.client.send(head)
        async for data in _data_of(server):
            await self.client.send(data)
        await self.client.send(h11.EndOfMessage())

    async def _answered(self, status: int) -> None:
        self.status = status
        if self._sees is not None and status in _GRANTED:
            await asyncio.to_thread(self._sees, self.request)


async def _offer(server: Line, event: h11.Event) -> bool:
    """False when the server takes no more: it may have answered before it had the whole request."""
    try:
        await server.send(event)
    except Ended:
        return False
    return True


async def _head_of(server: Line) -> h11.Response:
    while not isinstance(event := await server.receive(), h11.Response):
        pass
    return event


async def _data_of(server: Line) -> AsyncIterator[h11.Data]:
    while not isinstance(event := await server.receive(), h11.EndOfMessage):
        if isinstance(event, h11.Data):
            yield event


def _events(answer: Answer) -> tuple[h11.Event, ...]:
    head = h11.Response(status_code=answer.status, headers=list(answer.headers))
    data = (h11.Data(data=answer.body),) if answer.body else ()
    return head, *data, h11.EndOfMessage()


async def _both(*works: Coroutine[Any, Any, None]) -> None:
    """Do both; when one fails, the other is stopped."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
