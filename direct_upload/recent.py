"""Values that may be some seconds old, so that many requests share one look at Swift."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_MOST_ENTRIES = 10_000
_ATTEMPTS = 3


@dataclass
class _Entry(Generic[V]):
    value: V
    until: float


@dataclass
class _Reading(Generic[V]):
    """A reading that goes on, and what happened since it began: it may or may not have seen that."""

    task: asyncio.Task[V]
    changes: list[Callable[[V], V]] = field(default_factory=list)
    is_outdated: bool = False


class Recent(Generic[K, V]):
    """Remembers what READ found for `seconds`; whoever asks meanwhile waits for the same reading.

    What was once found stays at hand for `peek`: nobody can make it unknown, however often things change.
    """

    def __init__(
        self, read: Callable[[K], Awaitable[V]], *, seconds: float, clock: Callable[[], float]
    ) -> None:
        self._source = read
        self._seconds = seconds
        self._clock = clock
        self._entries: dict[K, _Entry[V]] = {}
        self._readings: dict[K, _Reading[V]] = {}

    async def get(self, key: K) -> V:
        """The value, read after the last `change` or `forget`; where those don't end, as `peek` has it."""
        for _ in range(_ATTEMPTS):
            entry = self._entries.get(key)
            if entry is not None and entry.until > self._clock():
                return entry.value
            if key not in self._readings:
                self._readings[key] = _Reading(asyncio.create_task(self._read(key)))
            value = await asyncio.shield(self._readings[key].task)
        return self.peek(key, value)

    def peek(self, key: K, otherwise: V) -> V:
        """What is remembered, with all changes, even when it has become old."""
        entry = self._entries.get(key)
        return otherwise if entry is None else entry.value

    def change(self, key: K, change: Callable[[V], V]) -> None:
        """Apply what this process did itself to the remembered value."""
        if key in self._entries:
            entry = self._entries[key]
            entry.value = change(entry.value)
        if key in self._readings:
            self._readings[key].changes.append(change)

    def forget(self, key: K) -> None:
        """Read again when next asked."""
        if key in self._entries:
            self._entries[key].until = 0.0
        if key in self._readings:
            self._readings[key].is_outdated = True

    async def _read(self, key: K) -> V:
        try:
            value = await self._source(key)
            reading = self._readings[key]
            for change in reading.changes:
                value = change(value)
            is_old = reading.is_outdated or reading.changes
            self._keep(key, _Entry(value, 0.0 if is_old else self._clock() + self._seconds))
            return value
        finally:
            del self._readings[key]

    def _keep(self, key: K, entry: _Entry[V]) -> None:
        # At the end of the line, whose beginning goes when there are too many.
        self._entries.pop(key, None)
        self._entries[key] = entry
        if len(self._entries) > _MOST_ENTRIES:
            del self._entries[next(iter(self._entries))]
