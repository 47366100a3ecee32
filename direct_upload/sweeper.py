"""Deletes leftovers now and then, beside the site.

Every replica does so, in turns as far as they see each other: who begins writes that down in Swift, and who
finds it there leaves it at that. It is a courtesy and no lock. A sweep that runs twice does no harm.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from direct_upload.metrics import Metrics
from direct_upload.storage import Storage
from swift_store.errors import SwiftRefused, SwiftUnavailable
from swift_store.private_store import Record
from swift_store.settings import Settings
from swift_store.sweep import LAST_SWEEP, Swept

_log = logging.getLogger(__name__)

_NUMBERS = (
    *("uploads", "segments", "size", "strays", "stray_size"),
    *("open_uploads", "open_size", "broken_files"),
)
_JITTER = 0.1


@dataclass(frozen=True)
class LastSweep:
    """What a sweep found, of this replica or of another; `ended_at` in Unix seconds."""

    ended_at: float
    swept: Swept


class Sweeper:
    """Sweeps every `settings.sweep_interval` seconds, or so. `now` gives Unix seconds.

    `last` is the last sweep that it knows of, None before the first.
    """

    def __init__(
        self, storage: Storage, settings: Settings, metrics: Metrics, now: Callable[[], float]
    ) -> None:
        self._storage = storage
        self._settings = settings
        self._metrics = metrics
        self._now = now
        self._name = secrets.token_hex(8)
        self.last: LastSweep | None = None

    async def run(self) -> None:
        """Go on until cancelled; with an interval of 0 there is nothing to do."""
        interval = self._settings.sweep_interval
        # Replicas that start together must not sweep together.
        pause = interval * _fraction()
        while interval:
            await asyncio.sleep(pause)
            try:
                await self.take_turn()
            except (SwiftUnavailable, SwiftRefused) as error:
                _log.warning("could not sweep, trying again later: %s", error)
            pause = interval * (1 + _JITTER * (2 * _fraction() - 1))

    async def take_turn(self) -> bool:
        """Sweep, unless another replica did so or does so just now; whether it was done here."""
        storage, records = self._storage, self._storage.records
        began_at = self._now()
        found = await storage.run(records.read, LAST_SWEEP)
        if found is not None and began_at - found["began_at"] < self._settings.sweep_interval / 2:
            self._learn(found)
            return False
        turn: dict[str, Any] = {"by": self._name, "began_at": began_at}
        await storage.run(records.write, LAST_SWEEP, turn)
        found = await storage.run(records.read, LAST_SWEEP)
        if found is not None and found["by"] != self._name:
            return False
        swept = await storage.run(storage.sweep)
        _tell(swept)
        turn |= {"ended_at": self._now(), **{name: getattr(swept, name) for name in _NUMBERS}}
        await storage.run(records.write, LAST_SWEEP, turn)
        self._learn(turn)
        return True

    def _learn(self, turn: Record) -> None:
        if "ended_at" in turn:
            self.last = LastSweep(turn["ended_at"], Swept(**{name: turn.get(name, 0) for name in _NUMBERS}))
            self._metrics.sweep(self.last.swept, now=self.last.ended_at)


def _tell(swept: Swept) -> None:
    _log.info("swept %d segments of %d uploads, %d bytes", swept.segments, swept.uploads, swept.size)
    if swept.strays:
        _log.info("swept %d segments that files don't need, %d bytes", swept.strays, swept.stray_size)
    if swept.broken_files:
        _log.warning(
            "segments of %d files are gone or changed, so Swift refuses their download: %s",
            swept.broken_files,
            " ".join(swept.broken),
        )


def _fraction() -> float:
    return secrets.randbelow(1000) / 1000
