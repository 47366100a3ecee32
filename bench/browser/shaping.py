"""A relay that is as slow as a link: rates by token buckets, for all connections or for each, and a delay."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from bench.browser.cases import Link

# Small, so that connections take turns in fractions of a millisecond and a rate is even.
_CHUNK_BYTES: Final = 64 << 10
_BURST_SECONDS: Final = 0.005
# What a link holds at most beyond what its delay needs: a queue that a router would have.
_QUEUE_SECONDS: Final = 0.050
_LEAST_QUEUE_BYTES: Final = 256 << 10
_UNSHAPED_QUEUE_BYTES: Final = 16 << 20
_STOP_SECONDS: Final = 5.0


class TokenBucket:
    """When bytes may pass at a rate. Time is a parameter; nobody waits in here."""

    def __init__(self, bytes_per_second: float, now: float) -> None:
        self._rate = bytes_per_second
        self._free_at = now

    def take(self, size: int, now: float) -> float:
        """Take tokens for `size` bytes; return when they may have passed. Little unused time is kept."""
        self._free_at = max(self._free_at, now - _BURST_SECONDS) + size / self._rate
        return self._free_at


class ShapingRelay:
    """Listens on a free port and passes on to another of 127.0.0.1, in a thread; a context manager."""

    def __init__(self, port: int, link: Link) -> None:
        self._target = port
        self._link = link
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="shaping relay")
        self._connections: set[asyncio.Task[None]] = set()
        self._total = _bucket(link.total_bits)
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(_STOP_SECONDS)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(_STOP_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_CHUNK_BYTES)

    async def _stop(self) -> None:
        self._server.close()
        open_ones = list(self._connections)
        for connection in open_ones:
            connection.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - for mypy: asyncio runs this as a task
        self._connections.add(task)
        # A connection's handshake takes a round trip, too, but only the first byte's way is felt here.
        try:
            with suppress(OSError, asyncio.CancelledError):
                await self._carry(reader, writer)
        finally:
            self._connections.discard(task)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        above_reader, above_writer = await asyncio.open_connection(
            "127.0.0.1", self._target, limit=_CHUNK_BYTES
        )
        own = _bucket(self._link.connection_bits)
        buckets = [bucket for bucket in (self._total, own) if bucket is not None]
        try:
            async with asyncio.TaskGroup() as both:
                up = _Direction(reader, above_writer, self._link, buckets)
                down = _Direction(above_reader, writer, self._link, [])
                for direction in (up, down):
                    both.create_task(direction.read())
                    both.create_task(direction.write())
        except* OSError:
            pass  # either end went away: so does the other
        finally:
            writer.close()
            above_writer.close()


class _Direction:
    """Bytes under way in one direction, each piece with the time at which it arrives."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        link: Link,
        buckets: list[TokenBucket],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._delay = link.delay_seconds
        self._buckets = buckets
        self._under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_pieces(link))

    async def read(self) -> None:
        while True:
            chunk = await self._reader.read(_CHUNK_BYTES)
            now = time.monotonic()
            passed = max([now, *(bucket.take(len(chunk), now) for bucket in self._buckets)])
            await self._under_way.put((passed + self._delay, chunk))
            if not chunk:
                return
            # Who sends faster than the link is held back, but for what a router would keep for it.
            await _sleep_until(passed - _QUEUE_SECONDS)

    async def write(self) -> None:
        while True:
            due, chunk = await self._under_way.get()
            await _sleep_until(due)
            if not chunk:
                if self._writer.can_write_eof():
                    self._writer.write_eof()
                return
            self._writer.write(chunk)
            await self._writer.drain()


def _pieces(link: Link) -> int:
    rates = [bits / 8 for bits in (link.total_bits, link.connection_bits) if bits is not None]
    if not rates:
        return _UNSHAPED_QUEUE_BYTES // _CHUNK_BYTES
    held = min(rates) * (_QUEUE_SECONDS + link.delay_seconds)
    return max(int(held), _LEAST_QUEUE_BYTES) // _CHUNK_BYTES + 1


def _bucket(bits: float | None, clock: Callable[[], float] = time.monotonic) -> TokenBucket | None:
    return None if bits is None else TokenBucket(bits / 8, clock())


async def _sleep_until(moment: float) -> None:
    pause = moment - time.monotonic()
    if pause > 0:
        await asyncio.sleep(pause)
