"""A lock between processes that leaves no file behind, and ends with the process that holds it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from direct_upload.client.atomic import private_folder, remembering


class Taken(Exception):
    """Somebody else holds the lock."""


@contextmanager
def locked(path: Path, *, waits: bool) -> Iterator[None]:
    """Hold the lock at PATH. While somebody else does: wait, or raise `Taken`."""
    with remembering(path):
        descriptor = _acquired(path, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield
    finally:
        # Still held: nobody can have taken it between these two. One that can't be removed is held by nobody.
        with suppress(OSError):
            path.unlink()
        os.close(descriptor)


def _acquired(path: Path, how: int) -> int:
    private_folder(path.parent)
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, how)
            # Whoever held it before has removed the file that we waited for.
            if _is_at(path, descriptor):
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            raise Taken from None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _is_at(path: Path, descriptor: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    return False
