"""A cap on what spooled uploads may take of a disk."""

import errno
import threading


class SpoolFull(OSError):
    """There is no room for more spooled bytes: ENOSPC, as from a disk that is full."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(errno.ENOSPC, f"The spool is full ({limit_bytes} bytes)")


class SpoolBudget:
    """Counts the bytes that all spooled uploads of a process have on disk. Safe to share between threads."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._used_bytes = 0
        self._lock = threading.Lock()

    @property
    def used_bytes(self) -> int:
        return self._used_bytes

    def reserve(self, count: int) -> None:
        """Take `count` bytes of the budget, or raise `SpoolFull` and take none."""
        with self._lock:
            if self._used_bytes + count > self._limit_bytes:
                raise SpoolFull(self._limit_bytes)
            self._used_bytes += count

    def release(self, count: int) -> None:
        """Give `count` bytes back."""
        with self._lock:
            self._used_bytes -= count
