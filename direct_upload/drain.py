"""Knows how many requests are open, so that a stop can wait for them."""

from __future__ import annotations

import asyncio


class Drain:
    """Counts open requests; once `stop` was called, `empty` tells when the last one has gone."""

    def __init__(self) -> None:
        self._open = 0
        self._empty = asyncio.Event()
        self._empty.set()
        self.stopping = False

    def enter(self) -> None:
        self._open += 1
        self._empty.clear()

    def leave(self) -> None:
        self._open -= 1
        if not self._open:
            self._empty.set()

    async def stop(self, timeout: float) -> int:  # noqa: ASYNC109 - the timeout is what this is about
        """Wait until no request is open, at most TIMEOUT seconds; return how many are left."""
        self.stopping = True
        try:
            async with asyncio.timeout(timeout):
                await self._empty.wait()
        except TimeoutError:
            pass
        return self._open
