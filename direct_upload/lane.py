"""Bounds how much of a shared resource the parts of big requests take."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Lane:
    """A few places that big requests share, so that small ones always find room beside them.

    A request waits in the queue for a place with at most `width` parts at a time: whoever comes later gets
    his turn between the parts of those who came before.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._places = asyncio.Semaphore(width)

    async def each(self, call: Callable[[T], Awaitable[R]], items: Sequence[T]) -> list[R]:
        """CALL for each item, at most `width` at a time; the results in the items' order."""
        own = asyncio.Semaphore(self._width)

        async def one(item: T) -> R:
            async with own, self._places:
                return await call(item)

        return await asyncio.gather(*map(one, items))
