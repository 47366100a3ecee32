"""A file to send: read in pieces, hashed in pieces, and watched for changes. Never read whole."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from direct_upload.client.errors import Interrupted, SourceChanged, SourceUnreadable

_READ_BYTES = 256 * 1024


@dataclass(frozen=True)
class Stamp:
    """By what a file is known again: the same content, as far as the file system can tell."""

    size: int
    mtime_ns: int
    inode: int
    device: int

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        return cls(status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev)


class Source:
    """An open file of a fixed size. Any thread may read any part of it; a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            # A pipe without a writer must not hold us here.
            self._fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise SourceUnreadable(f"{path}: {error.strerror}.") from error
        status = os.fstat(self._fd)
        self.stamp = Stamp.of(status)
        if not stat.S_ISREG(status.st_mode):
            os.close(self._fd)
            raise SourceUnreadable(f"{path}: is no regular file.")

    @property
    def size(self) -> int:
        return self.stamp.size

    def pieces(
        self, start: int, size: int, stopping: threading.Event, piece_bytes: int = _READ_BYTES
    ) -> Iterator[memoryview]:
        """SIZE bytes from START in pieces, each valid until the next is asked for."""
        buffer = memoryview(bytearray(min(piece_bytes, size)))
        end = start + size
        while start < end:
            if stopping.is_set():
                raise Interrupted("Stopped.")
            count = self._read(buffer[: end - start], start)
            yield buffer[:count]
            start += count

    def md5(self, start: int, size: int, stopping: threading.Event) -> str:
        digest = hashlib.md5(usedforsecurity=False)
        for piece in self.pieces(start, size, stopping):
            digest.update(piece)
        return digest.hexdigest()

    def check(self) -> None:
        """Raise `SourceChanged` unless the file, here and under its name, is what it was at first."""
        try:
            named = self.path.stat()
        except OSError as error:
            raise SourceChanged(f"{self.path} was deleted or moved while it was sent.") from error
        if Stamp.of(os.fstat(self._fd)) != self.stamp or Stamp.of(named) != self.stamp:
            raise SourceChanged(f"{self.path} was changed while it was sent.")

    def _read(self, buffer: memoryview, start: int) -> int:
        try:
            count = os.preadv(self._fd, [buffer], start)
        except OSError as error:
            raise SourceUnreadable(f"{self.path}: {error.strerror}.") from error
        if count == 0:
            raise SourceChanged(f"{self.path} became shorter while it was sent.")
        return count

    def close(self) -> None:
        os.close(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
