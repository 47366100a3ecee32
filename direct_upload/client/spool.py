"""What has no size and can't be read twice, such as a pipe, goes through a temporary file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from direct_upload.client.errors import SourceUnreadable

_PIECE_BYTES = 1 << 20


@contextmanager
def spooled(stream: BinaryIO, limit: int) -> Iterator[Path]:
    """A file with all that the stream has, for a while; `SourceUnreadable` when it is over LIMIT bytes."""
    with tempfile.NamedTemporaryFile(prefix="direct-upload-") as file:
        size = 0
        while piece := stream.read(_PIECE_BYTES):
            size += len(piece)
            if size > limit:
                raise SourceUnreadable(
                    f"The input is larger than {limit} bytes, the most that is kept in {file.name} meanwhile."
                )
            try:
                file.write(piece)
            except OSError as error:
                raise SourceUnreadable(f"{file.name} can't hold the input: {error.strerror}.") from error
        file.flush()
        yield Path(file.name)
