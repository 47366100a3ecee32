"""What can happen to a request on the wire: each fault is told of one request, and carries it or not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Protocol

from bench.faults.exchange import Answer, Exchange

# What CORS hides in life: Swift's and its proxies' answers to a signature that is not valid.
_HIDDEN_STATUSES = frozenset({401})


class WireFault(Protocol):
    """`carry` ends when the exchange has, or raises `Ended`, after which its connection is closed."""

    async def carry(self, exchange: Exchange) -> None: ...


@dataclass(frozen=True)
class Pass:
    """No fault at all."""

    async def carry(self, exchange: Exchange) -> None:
        await exchange.pass_on()


@dataclass(frozen=True)
class Reset:
    """The connection is reset when so many bytes of the body have passed, or all of them."""

    after: int = 0

    async def carry(self, exchange: Exchange) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            async for piece in _until(exchange, self.after):
                yield piece
            exchange.reset()

        await exchange.pass_on(pieces())


@dataclass(frozen=True)
class Stall:
    """From some byte on nothing moves any more, and nobody says why."""

    after: int = 0

    async def carry(self, exchange: Exchange) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            async for piece in _until(exchange, self.after):
                yield piece
            await exchange.until_gone()

        await exchange.pass_on(pieces())


@dataclass(frozen=True)
class HalfOpen:
    """The other side is gone, and the network has not said so: everything is taken, nothing is answered."""

    async def carry(self, exchange: Exchange) -> None:
        async for _ in exchange.body():
            pass
        await exchange.until_gone()


@dataclass(frozen=True)
class Trickle:
    """The body passes, a little at a time."""

    piece_bytes: int = 1 << 15
    pause_seconds: float = 0.05

    async def carry(self, exchange: Exchange) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            async for piece in exchange.body():
                for start in range(0, len(piece), self.piece_bytes):
                    yield piece[start : start + self.piece_bytes]
                    await asyncio.sleep(self.pause_seconds)

        await exchange.pass_on(pieces())


@dataclass(frozen=True)
class Corrupt:
    """One byte of the body is another one when it arrives. A body without such a byte is spared."""

    at: int

    async def carry(self, exchange: Exchange) -> None:
        exchange.is_spared = True

        async def pieces() -> AsyncIterator[bytes]:
            offset = 0
            async for piece in exchange.body():
                damaged = _flipped(piece, self.at - offset)
                exchange.is_spared &= damaged == piece
                yield damaged
                offset += len(piece)

        await exchange.pass_on(pieces())


@dataclass(frozen=True)
class TruncateAnswer:
    """The request is done, and the answer breaks off in its middle."""

    async def carry(self, exchange: Exchange) -> None:
        await exchange.answer_in_part(await exchange.ask(await exchange.whole_body()))


@dataclass(frozen=True)
class LoseAnswer:
    """The request is done, and its answer never arrives."""

    async def carry(self, exchange: Exchange) -> None:
        await exchange.ask(await exchange.whole_body())
        exchange.reset()


@dataclass(frozen=True)
class Redate:
    """The answer is dated so many seconds ahead."""

    ahead_seconds: float

    async def carry(self, exchange: Exchange) -> None:
        answer = await exchange.ask(await exchange.whole_body())
        date = formatdate(time.time() + self.ahead_seconds, usegmt=True)
        others = [header for header in answer.headers if header[0].lower() != b"date"]
        await exchange.answer(Answer(answer.status, [*others, (b"Date", date.encode())], answer.body))


@dataclass(frozen=True)
class Repeat:
    """The request arrives twice, one after the other; the second answer is the one that comes back."""

    async def carry(self, exchange: Exchange) -> None:
        body = await exchange.whole_body()
        await exchange.ask(body)
        await exchange.answer(await exchange.ask(body))


@dataclass(frozen=True)
class Double:
    """The request arrives twice at the same time; the later answer is the one that comes back."""

    async def carry(self, exchange: Exchange) -> None:
        body = await exchange.whole_body()
        later = None
        for answer in asyncio.as_completed([exchange.ask(body), exchange.ask(body)]):
            later = await answer
        if later is not None:
            await exchange.answer(later)


@dataclass(frozen=True)
class Refuse:
    """The server is not asked; something before it answers with this status, and not in our words."""

    status: int

    async def carry(self, exchange: Exchange) -> None:
        async for _ in exchange.body():
            pass
        headers = [(b"Content-Length", b"0")]
        origin = exchange.request.header(b"origin")
        if origin and self.status not in _HIDDEN_STATUSES:
            headers.append((b"Access-Control-Allow-Origin", origin.encode("latin-1")))
        await exchange.answer(Answer(self.status, headers))


@dataclass(frozen=True)
class Hold:
    """The request goes on its way only when `release` was called."""

    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """From the proxy's own thread."""
        self._released.set()

    async def carry(self, exchange: Exchange) -> None:
        await exchange.until_gone_or(self._released)
        await exchange.pass_on()


@dataclass(frozen=True)
class First:
    """Before the request goes on, something else happens, in a thread."""

    happens: Callable[[], None]

    async def carry(self, exchange: Exchange) -> None:
        await asyncio.to_thread(self.happens)
        await exchange.pass_on()


@dataclass(frozen=True)
class Instead:
    """Something happens, in a thread, and the connection is reset; the server never hears of the request."""

    happens: Callable[[], None]

    async def carry(self, exchange: Exchange) -> None:
        await asyncio.to_thread(self.happens)
        exchange.reset()


@dataclass(frozen=True)
class Then:
    """The request is done; then something happens, and the answer is lost."""

    happens: Callable[[], None]

    async def carry(self, exchange: Exchange) -> None:
        await exchange.ask(await exchange.whole_body())
        await asyncio.to_thread(self.happens)
        exchange.reset()


def _flipped(data: bytes, index: int) -> bytes:
    """DATA with one bit of the byte at INDEX changed; as it is when there is no such byte."""
    if not 0 <= index < len(data):
        return data
    return data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :]


async def _until(exchange: Exchange, after: int) -> AsyncIterator[bytes]:
    """The body's first so many bytes, or all of it when it has no more."""
    left = after
    if left == 0:
        return
    async for piece in exchange.body():
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return
