"""A file on its way into the queue: it has a partial name until it is whole, and then its own."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from proxy_upload.spooling import Budget

BATCH_BYTES = 1 << 20

Run = Callable[..., Any]


class KeptFile(io.RawIOBase):
    """Is written once, front to back; `keep` makes it last, and `close` removes it if it was not kept.

    `run(call, *arguments)` does the disk work, in the place that suits the worker.
    """

    def __init__(self, partial: Path, budget: Budget, run: Run) -> None:
        super().__init__()
        self._path = partial
        self._budget = budget
        self._run = run
        self._batch = bytearray()
        self._reserved = 0
        self._kept = False
        self._file = run(_created, partial)

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._batch += data
        if len(self._batch) >= BATCH_BYTES:
            self._flush_batch()
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """End the writing; only for who asks how long the file is."""
        self._flush_batch()
        return int(self._file.seek(offset, whence))

    def keep(self, path: Path, promise: Callable[[], None]) -> None:
        """Have the whole file on the disk under PATH, then call `promise`; if that fails, the file goes."""
        self._flush_batch()
        self._run(self._make_durable, path)
        self._run(promise)
        self._kept = True

    def close(self) -> None:
        if self.closed:
            return
        super().close()
        try:
            self._run(self._end)
        finally:
            self._budget.release(self._reserved)

    def _flush_batch(self) -> None:
        if self._batch:
            batch, self._batch = self._batch, bytearray()
            self._budget.reserve(len(batch))
            self._reserved += len(batch)
            self._run(self._file.write, batch)

    def _make_durable(self, path: Path) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._path.rename(path)
        self._path = path
        _sync_folder(path.parent)

    def _end(self) -> None:
        self._file.close()
        if not self._kept:
            self._path.unlink(missing_ok=True)


def _created(path: Path) -> io.BufferedRandom:
    return path.open("x+b")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
