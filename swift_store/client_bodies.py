"""A body for PUT requests that python-swiftclient sends in big pieces and with a known length."""

from __future__ import annotations

import hashlib
from typing import IO

from swiftclient.utils import ReadableToIterable

PIECE_BYTES = 1 << 20


class FileBody(ReadableToIterable):  # type: ignore[misc]
    """SIZE bytes of a file that can seek, from its start on; a second attempt starts there again.

    swiftclient's own way to send a file whose length is known reads it 16 KiB at a time.
    """

    def __init__(self, file: IO[bytes], size: int) -> None:
        super().__init__(file, PIECE_BYTES)
        self._size = size
        self.seek(0)

    def __len__(self) -> int:
        return self._size

    def tell(self) -> int:
        return int(self.content.tell())

    def seek(self, offset: int) -> None:
        self.content.seek(offset)
        self.md5sum = hashlib.md5(usedforsecurity=False)
