"""Values that may be some seconds old, so that many requests share one look at Swift."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_MOST_ENTRIES = 10_000
_ATTEMPTS = 3


@dataclass
class _Entry(Generic[V]):
    value: V
    until: float


class Recent(Generic[K, V]):
    """Remembers what READ found for `seconds`; whoever asks meanwhile waits for the same reading."""

    def __init__(
        self, read: Callable[[K], Awaitable[V]], *, seconds: float, clock: Callable[[], float]
    ) -> None:
        self._source = read
        self._seconds = seconds
        self._clock = clock
        self._entries: dict[K, _Entry[V]] = {}
        self._readings: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K) -> V:
        """The value; never one that was read before a `change` or `forget` and came back after it."""
        for _ in range(_ATTEMPTS):
            entry = self._entries.get(key)
            if entry is not None and entry.until > self._clock():
                return entry.value
            if key not in self._readings:
                self._readings[key] = asyncio.create_task(self._read(key))
            value = await asyncio.shield(self._readings[key])
        return value

    def peek(self, key: K, otherwise: V) -> V:
        """What is remembered, with all changes, even when it has become old."""
        entry = self._entries.get(key)
        return otherwise if entry is None else entry.value

    def change(self, key: K, change: Callable[[V], V]) -> None:
        """Apply what this process did itself to the remembered value."""
        self._readings.pop(key, None)
        if key in self._entries:
            entry = self._entries[key]
            entry.value = change(entry.value)

    def forget(self, key: K) -> None:
        """Read again when next asked."""
        self._readings.pop(key, None)
        self._entries.pop(key, None)

    async def _read(self, key: K) -> V:
        task = asyncio.current_task()
        try:
            value = await self._source(key)
            # A change in between took this reading off the list: it may or may not have seen the change.
            if self._readings.get(key) is task:
                self._make_room()
                self._entries[key] = _Entry(value, self._clock() + self._seconds)
            return value
        finally:
            if self._readings.get(key) is task:
                del self._readings[key]

    def _make_room(self) -> None:
        if len(self._entries) >= _MOST_ENTRIES:
            # The first entry is the one that was read longest ago, or nearly so.
            del self._entries[next(iter(self._entries))]
