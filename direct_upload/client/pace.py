"""A bandwidth cap over all connections."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from direct_upload.client.errors import Interrupted


class Pace:
    """Lets at most `bytes_per_second` through, None: as fast as it goes.

    Who takes bytes is booked into the future and waits for its turn: bursts even out, nothing is saved up.
    """

    def __init__(self, bytes_per_second: float | None, *, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = bytes_per_second
        self._now = now
        self._free_at = now()
        self._lock = threading.Lock()

    def seconds_until(self, size: int) -> float:
        """Book SIZE bytes; return how long to wait before they may go."""
        if self._rate is None:
            return 0.0
        with self._lock:
            now = self._now()
            turn = max(self._free_at, now)
            self._free_at = turn + size / self._rate
            return turn - now

    def wait_for(self, size: int, stopping: threading.Event) -> None:
        """Return when SIZE bytes may go; raise `Interrupted` when it is stopped before."""
        seconds = self.seconds_until(size)
        if seconds > 0 and stopping.wait(seconds):
            raise Interrupted("Stopped.")
