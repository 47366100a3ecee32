"""Fetch a file, go on where an earlier attempt ended, and compare what came with what is stored.

The ETag of a large object is the MD5 of its segments' MD5s. Nobody tells how large the segments are, so the
sizes that clients choose are tried; when none fits, only the size of the file is verified.
"""

from __future__ import annotations

import enum
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from direct_upload.client.errors import ClientError, Damaged, Interrupted, TargetUnwritable, Unreachable
from direct_upload.client.means import Means
from direct_upload.client.meter import Meter
from direct_upload.client.patience import pause, repeat
from direct_upload.client.values import Phase, StoredFile
from direct_upload.client.wire import failures_in_words
from swift_store import slo

_READ_BYTES = 256 * 1024
_MIB = 1 << 20
# Our own default first, then what browsers choose by the speed of the network, then what else there may be.
_SEGMENT_MIB = ((32,), (8, 16, 64, 128), (1, 2, 4, 256, 512))


class Verified(enum.Enum):
    """What is known of a file that was fetched."""

    CONTENT = "content"
    SIZE = "size"


@dataclass(frozen=True)
class Fetched:
    """A file that was fetched to `path`, and how sure it is the one that is stored."""

    file: StoredFile
    path: Path
    verified: Verified


class Download:
    """One file on its way to `path`. Until it is whole it is beside it, with `.part` at the end."""

    def __init__(self, file: StoredFile, path: Path, means: Means, meter: Meter) -> None:
        self._file = file
        self._path = path
        self._part = path.with_name(f"{path.name}.{file.id[-12:]}.part")
        self._means = means
        self._meter = meter
        meter.size = file.size

    def run(self) -> Fetched:
        """Fetch it, whole and compared, or raise; what came is kept for the next time."""
        resumed = self._most = self._have
        self._meter.moved(resumed, was_there=True)
        verified = self._whole()
        if resumed and verified is not Verified.CONTENT:
            # What was there may have been of another file.
            self._begin_anew()
            self._most = 0
            verified = self._whole()
        if verified is None:
            self._begin_anew()
            raise Damaged(f"What came is not {self._file.name}.")
        with self._writing():
            self._part.replace(self._path)
        self._meter.enter(Phase.DONE)
        return Fetched(self._file, self._path, verified)

    def _whole(self) -> Verified | None:
        """Fetch what is missing; say how far what is there then is known to be the file, None: it is not."""
        patience, stopping = self._means.patience, self._means.stopping
        while not repeat(self._attempt, patience, stopping):
            pause(patience.first_pause, stopping)
        self._meter.enter(Phase.CHECKING)
        return verify(self._part, self._file, stopping)

    def _begin_anew(self) -> None:
        self._meter.moved(-self._have)
        self._part.unlink(missing_ok=True)

    @property
    def _have(self) -> int:
        with suppress(OSError):
            return self._part.stat().st_size
        return 0

    def _attempt(self) -> bool:
        """Fetch on; whether it is all there. One that brings more than ever is none to lose patience at."""
        try:
            self._receive()
        except ClientError as error:
            if not error.is_temporary or self._have <= self._most:
                raise
            self._most = self._have
            return False
        return True

    def _receive(self) -> None:
        means = self._means
        with self._opened() as part:
            have = part.seek(0, os.SEEK_END)
            if have >= self._file.size:
                return
            url = means.site.download_url(self._file.id, means.stopping)
            for piece in self._pieces(url, have):
                means.pace.wait_for(len(piece), means.stopping)
                self._write(part, piece)
            if part.tell() < self._file.size:
                raise Unreachable("The storage ended before the file did.")

    def _pieces(self, url: str, have: int) -> Iterator[bytes]:
        # In a generator, it sees what happens to the connection and not what is done with the pieces.
        with failures_in_words(url):
            try:
                response = self._means.storage.get(url, have, self._file.etag.strip('"'))
            except Damaged:
                self._begin_anew()
                raise
            try:
                yield from response.stream(self._means.pace.piece_bytes)
            finally:
                response.close()

    def _opened(self) -> BinaryIO:
        with self._writing():
            return self._part.open("ab")

    def _write(self, part: BinaryIO, piece: bytes) -> None:
        with self._writing():
            part.write(piece)
            part.flush()
        self._meter.moved(len(piece))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise TargetUnwritable(f"{self._path} can't be written: {error.strerror}.") from error


def destination(to: str | Path | None, name: str) -> Path:
    """Where the file NAME goes: to a path, or under its own name into a folder; None: the working one."""
    path = Path(to or "")
    is_folder = str(to).endswith(os.sep)
    with suppress(OSError):  # what can't be looked at can't be written, and says so then
        is_folder = is_folder or path.is_dir()
    return path / Path(name).name if is_folder else path


def verify(path: Path, file: StoredFile, stopping: threading.Event) -> Verified | None:
    """Compare what is at PATH with the file's size and ETag; None when it can't be the file."""
    size = path.stat().st_size
    if size != file.size:
        return None
    etag = file.etag.strip('"')
    fits = any(etag in _etags(path, sizes, stopping) for sizes in _likely_segment_sizes(size))
    return Verified.CONTENT if fits else Verified.SIZE


def _likely_segment_sizes(size: int) -> Iterator[set[int]]:
    """Sizes to try together, the likeliest first."""
    least = -(-size // (slo.MAX_SEGMENTS * _MIB))
    tried: set[int] = set()
    for some in _SEGMENT_MIB:
        # From the size of the file on, all of them mean one segment.
        sizes = {min(max(one, least) * _MIB, size) or 1 for one in some} - tried
        tried |= sizes
        yield sizes


def _etags(path: Path, segment_sizes: set[int], stopping: threading.Event) -> set[str]:
    """The ETags that the file has in segments of these sizes, from reading it once."""
    md5s: dict[int, list[hashlib._Hash]] = {size: [] for size in segment_sizes}
    with path.open("rb") as file:
        start = 0
        # All sizes are multiples of what is read at a time, or that of the file.
        while md5s and (piece := file.read(_READ_BYTES)):
            if stopping.is_set():
                raise Interrupted("Stopped.")
            for size, digests in md5s.items():
                if start % size == 0:
                    digests.append(hashlib.md5(usedforsecurity=False))
                digests[-1].update(piece)
            start += len(piece)
    return {slo.etag([one.hexdigest() for one in digests]) for digests in md5s.values()}
