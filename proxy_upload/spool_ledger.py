"""A cap on the disk space of spooled uploads over all worker processes.

Temporary files have no names, so nobody could add them up by looking. Each process keeps its own sum in a
file that it holds locked; whoever wants more adds up the files that are locked. A killed process loses its
lock, and its sum no longer counts, at the same moment as the kernel takes its temporary files back.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from proxy_upload.spool_budget import SpoolFull

_SUM_BYTES = 8


class SpoolLedger:
    """A `Budget` of LIMIT bytes that all processes with this folder share, and that leaves RESERVE bytes of
    the disk.

    `kept` tells how many bytes count besides, such as those of a queue. Safe for many threads and greenlets.
    """

    def __init__(self, folder: Path, limit: int, reserve: int, kept: Callable[[], int] = lambda: 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._limit = limit
        self._free = reserve
        self._kept = kept
        self._threads = threading.Lock()
        self._processes = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        self._used = 0
        self._own = self._new_sum()

    def reserve(self, count: int) -> None:
        """Take COUNT bytes, or raise `SpoolFull` and take none."""
        with self._alone():
            disk = os.statvfs(self._folder)
            if disk.f_bavail * disk.f_frsize - count < self._free:
                raise SpoolFull(disk.f_bavail * disk.f_frsize)
            if self._used_by_others() + self._used + self._kept() + count > self._limit:
                raise SpoolFull(self._limit)
            self._set(self._used + count)

    def release(self, count: int) -> None:
        """Give COUNT bytes back."""
        if count:
            with self._threads:
                self._set(self._used - count)

    def used_bytes(self) -> int:
        """What the temporary files of all processes take."""
        with self._alone():
            return self._used_by_others() + self._used

    def close(self) -> None:
        self._path.unlink(missing_ok=True)
        os.close(self._own)
        os.close(self._processes)

    def _new_sum(self) -> int:
        self._path = self._folder / f"{os.getpid()}-{os.urandom(4).hex()}.sum"
        with self._alone():
            own = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            fcntl.flock(own, fcntl.LOCK_EX)
        return own

    def _set(self, used: int) -> None:
        self._used = used
        os.pwrite(self._own, used.to_bytes(_SUM_BYTES, "little"), 0)

    def _used_by_others(self) -> int:
        return sum(_sum_of(path) for path in self._folder.glob("*.sum") if path != self._path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._threads:
            fcntl.flock(self._processes, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._processes, fcntl.LOCK_UN)


def _sum_of(path: Path) -> int:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return 0
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return int.from_bytes(os.pread(descriptor, _SUM_BYTES, 0), "little")
    else:
        path.unlink(missing_ok=True)
        return 0
    finally:
        os.close(descriptor)
