"""Files that are whole or not there, and that nobody else may read."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from direct_upload.client.errors import StateUnwritable

# Far longer than sites let an upload take; what is older is of no use to anybody.
_KEPT_SECONDS = 60 * 86400


@contextmanager
def remembering(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into a `StateUnwritable`."""
    try:
        yield
    except OSError as error:
        raise StateUnwritable(f"Nothing can be remembered in {path.parent}: {error.strerror}.") from error


def private_folder(path: Path) -> Path:
    """Make the folder if needed, for its owner only."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def write_whole(path: Path, content: bytes, *, durable: bool) -> None:
    """Replace the file at once. DURABLE: it outlives a power failure, but we wait for the disk."""
    with remembering(path):
        private_folder(path.parent)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def forget_old(paths: Iterable[Path]) -> None:
    """Remove those that nobody has touched for 60 days."""
    now = time.time()
    for path in paths:
        with suppress(OSError):
            if now - path.stat().st_mtime > _KEPT_SECONDS:
                path.unlink()
