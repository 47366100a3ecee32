"""The temporary file that werkzeug's parser would make by itself, with a cap on what all of them take.

It does its disk work where it stands: under gevent nobody else runs meanwhile. That is what `plain` means.
"""

from __future__ import annotations

import tempfile
from typing import Any

from proxy_upload.spooling import Budget


class BudgetedTemporaryFile(tempfile.SpooledTemporaryFile[bytes]):
    """In memory up to `memory_bytes`, then in an unlinked file; `budget` is asked before a write to disk."""

    def __init__(self, directory: str, memory_bytes: int, budget: Budget) -> None:
        self._budget = budget
        self._reserved = 0
        self._size = 0
        self._memory_bytes = memory_bytes
        super().__init__(max_size=memory_bytes, mode="rb+", dir=directory)

    def write(self, data: Any) -> int:
        self._size += len(data)
        missing = self._size - self._reserved
        if self._size > self._memory_bytes:
            self._budget.reserve(missing)
            self._reserved += missing
        return super().write(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        super().seek(offset, whence)
        return self.tell()

    def close(self) -> None:
        if self.closed:
            return
        super().close()
        reserved, self._reserved = self._reserved, 0
        self._budget.release(reserved)
