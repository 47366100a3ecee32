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
    """A file with all that the stream has, for a while; `SourceUnreadable` when it is over LIMIT bytes.

    It has no name, so nothing is left of it, however this process ends.
    """
    with _in_words("There is no temporary file for the input"):
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
    with file:
        _fill(file, stream, limit)
        # Whoever opens this gets the file itself, at a place of his own in it.
        yield Path(f"/dev/fd/{file.fileno()}")


def _fill(file: BinaryIO, stream: BinaryIO, limit: int) -> None:
    size = 0
    while True:
        with _in_words("The input can't be read"):
            piece = stream.read(_PIECE_BYTES)
        size += len(piece)
        if size > limit:
            raise SourceUnreadable(
                f"The input is larger than {limit} bytes, the most that a temporary file may take."
            )
        with _in_words(f"{tempfile.gettempdir()} can't hold the input"):
            file.write(piece)
            file.flush()
        if not piece:
            return


@contextmanager
def _in_words(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceUnreadable(f"{what}: {error.strerror}.") from error
