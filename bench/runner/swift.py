"""The Swift that the servers under test use: embedded, new for each cell."""

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.runner.ward import Place, Ward
from swift_store.declarations import variable
from swift_store.dev.announcement import parse

_START_SECONDS = 30.0
_SETUP_SECONDS = 60.0
_PAUSE_SECONDS = 0.01
_CONTAINER = "direct-upload-bench"
_ORIGIN = "http://localhost"
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_MEMORY_NEEDED = 8 * 2**30


class SwiftFailed(Exception):
    """Swift did not start, or could not be prepared; the message has its last words."""


def storage_folder(*, on_disk: bool = False) -> Path:
    """Where the embedded Swift keeps its data: in memory if there is plenty, unless a disk is what matters.

    In life Swift's disks are elsewhere, and don't compete with the one of the server's temporary files. The
    disk is that of the folder for temporary files: where that is in memory, TMPDIR has to name another.
    """
    if _MEMORY.is_dir() and not on_disk:
        room = os.statvfs(_MEMORY)
        if room.f_bavail * room.f_frsize >= _MEMORY_NEEDED:
            return _MEMORY
    return Path(tempfile.gettempdir())


@contextmanager
def embedded(storage: Path, log: Path, place: Place) -> Iterator[tuple[Ward, Mapping[str, str]]]:
    """Run an empty cluster below STORAGE; yield it, and the environment that servers need to use it."""
    folder = Path(tempfile.mkdtemp(prefix="bench-swift-", dir=storage))
    command = [sys.executable, "-P", "-m", "swift_store.dev", f"--data={folder}", "--background-seconds=0"]
    with Ward(command, log, place, remove=folder) as ward:
        deadline = time.monotonic() + _START_SECONDS
        while not (announcement := parse(ward.output())).complete:
            if ward.exit_status is not None or time.monotonic() > deadline:
                raise SwiftFailed(f"the embedded Swift did not start: {ward.last_words()}")
            time.sleep(_PAUSE_SECONDS)
        environ = dict(announcement.environ) | server_environ()
        yield ward, environ


def server_environ() -> dict[str, str]:
    """The part of a server's environment that is not Swift's: a new secret, a container of its own."""
    return {
        variable("secret"): secrets.token_hex(32),
        variable("container"): _CONTAINER,
        # Whatever the port: what `setup` prepares is what the server then asks for.
        variable("origins"): _ORIGIN,
    }


def prepare(environ: Mapping[str, str], log: Path, place: Place) -> None:
    """Make the container with its keys, by the command that an operator would use."""
    with Ward([sys.executable, "-m", "direct_upload", "setup"], log, place, environ=environ) as ward:
        if ward.wait(_SETUP_SECONDS) != 0:
            raise SwiftFailed(f"Swift could not be prepared: {ward.last_words()}")
