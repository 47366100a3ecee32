"""Fetch a file, go on where an earlier attempt ended, and compare what came with what is stored.

The ETag of a large object is the MD5 of its segments' MD5s. Nobody tells how large the segments are, so the
sizes that clients choose are tried; when none fits, only the size of the file is verified.
"""

from __future__ import annotations

import enum
import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from direct_upload.client.errors import Damaged, SourceUnreadable, Unreachable
from direct_upload.client.means import Means
from direct_upload.client.meter import Meter
from direct_upload.client.patience import repeat
from direct_upload.client.values import Phase, StoredFile
from direct_upload.client.wire import failures_in_words
from swift_store import slo

_READ_BYTES = 256 * 1024
_MIB = 1 << 20
# Our own default first, then what browsers choose by the speed of the network.
_SEGMENT_SIZES = tuple(size * _MIB for size in (32, 8, 16, 64, 128, 1, 4, 2, 256, 512))


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
        resumed = self._have
        self._meter.moved(resumed, was_there=True)
        verified = self._whole()
        if resumed and verified is not Verified.CONTENT:
            # What was there may have been of another file.
            self._begin_anew()
            verified = self._whole()
        if verified is None:
            self._begin_anew()
            raise Damaged(f"What came is not {self._file.name}.")
        self._part.replace(self._path)
        self._meter.enter(Phase.DONE)
        return Fetched(self._file, self._path, verified)

    def _whole(self) -> Verified | None:
        """Fetch what is missing; say how far what is there then is known to be the file, None: it is not."""
        repeat(self._attempt, self._means.patience, self._means.stopping)
        self._meter.enter(Phase.CHECKING)
        return verify(self._part, self._file)

    def _begin_anew(self) -> None:
        self._meter.moved(-self._have)
        self._part.unlink(missing_ok=True)

    @property
    def _have(self) -> int:
        with suppress(OSError):
            return self._part.stat().st_size
        return 0

    def _attempt(self) -> None:
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
                yield from response.stream(_READ_BYTES)
            finally:
                response.close()

    def _opened(self) -> BinaryIO:
        try:
            return self._part.open("ab")
        except OSError as error:
            raise SourceUnreadable(f"{self._part} can't be written: {error.strerror}.") from error

    def _write(self, part: BinaryIO, piece: bytes) -> None:
        try:
            part.write(piece)
        except OSError as error:
            raise SourceUnreadable(f"{self._part} can't be written: {error.strerror}.") from error
        self._meter.moved(len(piece))


def verify(path: Path, file: StoredFile) -> Verified | None:
    """Compare what is at PATH with the file's size and ETag; None when it can't be the file."""
    size = path.stat().st_size
    if size != file.size:
        return None
    etag = file.etag.strip('"')
    fits = any(slo.etag(_md5s(path, segment_size)) == etag for segment_size in _likely_segment_sizes(size))
    return Verified.CONTENT if fits else Verified.SIZE


def _likely_segment_sizes(size: int) -> Iterator[int]:
    grown = -(-size // (slo.MAX_SEGMENTS * _MIB)) * _MIB
    # From the size of the file on, all of them mean one segment.
    yield from dict.fromkeys(min(one, size) or 1 for one in (*_SEGMENT_SIZES, grown))


def _md5s(path: Path, segment_size: int) -> list[str]:
    md5s = []
    with path.open("rb", buffering=0) as file:
        while piece := file.read(min(_READ_BYTES, segment_size)):
            digest = hashlib.md5(piece, usedforsecurity=False)
            left = segment_size - len(piece)
            while left and (piece := file.read(min(_READ_BYTES, left))):
                digest.update(piece)
                left -= len(piece)
            md5s.append(digest.hexdigest())
    return md5s
