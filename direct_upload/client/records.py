"""What is remembered of uploads under way, so that the next `put` of the same file goes on.

One small JSON file an upload, replaced at once, in a folder that only its owner may read. A lock beside it
says that somebody sends the file just now; it ends with the process that holds it, however that ends.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from direct_upload.client.atomic import forget_old, write_whole
from direct_upload.client.errors import Busy
from direct_upload.client.lock import Taken, locked
from direct_upload.client.source import Stamp

_FORMAT = 1


@dataclass(frozen=True)
class Record:
    """An upload under way. `md5s` are those of the segments that were begun, by their numbers."""

    path: str
    stamp: Stamp
    name: str
    upload_id: str
    ticket: str
    segment_size: int
    md5s: Mapping[int, str] = field(default_factory=dict)

    def with_segment(self, number: int, md5: str) -> Self:
        return replace(self, md5s={**self.md5s, number: md5})

    def encode(self) -> bytes:
        return json.dumps({"format": _FORMAT, **asdict(self)}).encode()

    @classmethod
    def decode(cls, text: bytes) -> Self | None:
        """The record, None when it is none that this version can read."""
        try:
            found: dict[str, Any] = json.loads(text)
            if found.pop("format") != _FORMAT:
                return None
            found["stamp"] = Stamp(**found["stamp"])
            found["md5s"] = {int(number): md5 for number, md5 in found["md5s"].items()}
            return cls(**found)
        except (ValueError, TypeError, KeyError, AttributeError):
            return None


class RecordFile:
    """Where one upload's record is. Only who holds `locked()` may read and write it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def locked(self, what: str) -> Iterator[None]:
        """Hold it, or raise `Busy` at once when somebody else does. WHAT is named in the message."""
        try:
            with locked(self._path.with_suffix(".lock"), waits=False):
                yield
        except Taken:
            raise Busy(f"{what} is being sent by another program just now.") from None

    def read(self) -> Record | None:
        try:
            return Record.decode(self._path.read_bytes())
        except OSError:
            return None

    def write(self, record: Record, *, durable: bool) -> None:
        write_whole(self._path, record.encode(), durable=durable)

    def remove(self) -> None:
        # Of one that stays, the next `put` finds that it is of no use.
        with suppress(OSError):
            self._path.unlink()


class Records:
    """All records of one site and one caller."""

    def __init__(self, folder: Path, endpoint: str, token: str | None) -> None:
        self._folder = folder
        self._caller = f"{endpoint}\0{token or ''}"
        # The temporary files of who was killed, and his locks, too.
        forget_old(folder.glob("*"))

    def of(self, path: Path, name: str) -> RecordFile:
        """Where the upload of this file under this name is remembered."""
        key = hashlib.sha256(
            f"{self._caller}\0{os.path.realpath(path)}\0{name}".encode(errors="surrogateescape")
        )
        return RecordFile(self._folder / f"{key.hexdigest()[:40]}.json")
