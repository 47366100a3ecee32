"""A bandwidth cap over all connections."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from direct_upload.client.patience import pause

_PIECE_BYTES = 256 * 1024
_PIECES_A_SECOND = 4
# Swift waits a minute (`client_timeout`) for each piece that it reads: 64 KiB, or 1 MiB in some clusters.
_BYTES_A_CONNECTION = 20_000


class Pace:
    """Lets at most `bytes_per_second` through, None: as fast as it goes.

    Who takes bytes is booked into the future and waits for its turn: bursts even out, nothing is saved up.
    """

    def __init__(self, bytes_per_second: float | None, *, now: Callable[[], float] = time.monotonic) -> None:
        if bytes_per_second is not None and bytes_per_second <= 0:
            raise ValueError("bytes_per_second has to be above 0")
        self._rate = math.inf if bytes_per_second is None else bytes_per_second
        self._now = now
        self._free_at = now()
        self._lock = threading.Lock()

    @property
    def is_capped(self) -> bool:
        return self._rate < math.inf

    @property
    def piece_bytes(self) -> int:
        """How much to move at once: so little that a slow transfer moves all the time."""
        return max(1, int(min(_PIECE_BYTES, self._rate / _PIECES_A_SECOND)))

    def connections(self, wished: int) -> int:
        """How many connections to share the rate among, so that nobody takes one of them for dead."""
        return max(1, int(min(wished, self._rate / _BYTES_A_CONNECTION)))

    def seconds_until(self, size: int) -> float:
        """Book SIZE bytes; return how long to wait before they may go."""
        with self._lock:
            now = self._now()
            turn = max(self._free_at, now)
            self._free_at = turn + size / self._rate
            return turn - now

    def wait_for(self, size: int, stopping: threading.Event) -> None:
        """Return when SIZE bytes may go; raise `Interrupted` when it is stopped before."""
        if (seconds := self.seconds_until(size)) > 0:
            pause(seconds, stopping)
