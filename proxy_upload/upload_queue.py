"""The durable queue of the background way: a folder of files, and an SQLite table that says what they are.

An upload is answered 202 only after its file and its row are both on the disk. A file without a row was
therefore never promised to anybody; a row whose file was pushed may be pushed again, because that changes
nothing.
"""

from __future__ import annotations

import enum
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from proxy_upload.form import FilePart
from swift_store.names import UploadNames

_SCHEMA = """
CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, declared_type TEXT NOT NULL,
    size INTEGER NOT NULL, state TEXT NOT NULL, refusals INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL, changed REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS uploads_due ON uploads (state, due);
"""
_FIND = "SELECT id, owner, name, declared_type, size, state, attempts, refusals FROM uploads WHERE id = ?"
_CLAIM = """
UPDATE uploads SET state = 'pushing', attempts = attempts + 1, changed = ?1
WHERE id = (SELECT id FROM uploads WHERE state = 'queued' AND due <= ?1 ORDER BY due LIMIT 1)
RETURNING id, owner, name, declared_type, size, state, attempts, refusals
"""
_BUSY_SECONDS = 30.0
_PARTIAL = ".part"


class State(enum.Enum):
    """The life of an upload that was answered 202. `failed`: Swift refuses it; its file is kept."""

    QUEUED = "queued"
    PUSHING = "pushing"
    STORED = "stored"
    FAILED = "failed"


@dataclass(frozen=True)
class QueuedUpload:
    """A row: what is to be pushed, and how that went so far."""

    names: UploadNames
    declared_type: str
    size: int
    state: State
    attempts: int = 0
    refusals: int = 0

    @property
    def part(self) -> FilePart:
        return FilePart(self.names.name, self.declared_type)


class UploadQueue:
    """Safe for many threads and processes: each call has a connection of its own. Times are Unix seconds."""

    def __init__(self, folder: Path) -> None:
        self._files = folder / "queue"
        self._files.mkdir(parents=True, exist_ok=True)
        self._database = folder / "queue.sqlite3"
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)

    def path(self, upload_id: str) -> Path:
        """Where the upload's whole file is."""
        return self._files / upload_id

    def partial_path(self, upload_id: str) -> Path:
        """Where the upload's file is while it arrives."""
        return self._files / f"{upload_id}{_PARTIAL}"

    def add(self, names: UploadNames, part: FilePart, size: int, *, now: float) -> None:
        """Queue an upload whose file is on the disk; once this returns, so is its row."""
        row = (
            names.upload_id,
            names.owner,
            names.name,
            part.declared_type,
            size,
            State.QUEUED.value,
            now,
            now,
        )
        with self._connection() as connection:
            connection.execute(
                "INSERT INTO uploads (id, owner, name, declared_type, size, state, due, changed)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )

    def find(self, upload_id: str) -> QueuedUpload | None:
        return self._one(_FIND, upload_id)

    def claim(self, *, now: float) -> QueuedUpload | None:
        """Take the upload that has been due longest, or None."""
        return self._one(_CLAIM, now)

    def stored(self, upload_id: str, *, now: float) -> None:
        self._change("UPDATE uploads SET state = 'stored', changed = ? WHERE id = ?", now, upload_id)

    def postpone(self, upload_id: str, *, due: float, refused: bool, now: float) -> None:
        """Try again, at DUE."""
        self._change(
            "UPDATE uploads SET state = 'queued', due = ?, refusals = refusals + ?, changed = ? WHERE id = ?",
            due, int(refused), now, upload_id,
        )  # fmt: skip

    def fail(self, upload_id: str, *, now: float) -> None:
        self._change("UPDATE uploads SET state = 'failed', changed = ? WHERE id = ?", now, upload_id)

    def requeue_failed(self, *, now: float) -> int:
        """Give all that failed another chance; return how many those are."""
        return self._change(
            "UPDATE uploads SET state = 'queued', refusals = 0, due = ?1, changed = ?1"
            " WHERE state = 'failed'",
            now,
        )

    def recover(self, *, now: float, partial_seconds: float, stored_seconds: float) -> None:
        """After a start of the pusher: queue what the last one was pushing, and remove what nobody needs.

        Those are the files of stored uploads, and files without a row that have not changed for
        `partial_seconds`. Rows of stored uploads are forgotten after `stored_seconds`.
        """
        self._change(
            "UPDATE uploads SET state = 'queued', due = ?1, changed = ?1 WHERE state = 'pushing'", now
        )
        for path in self._files.iterdir():
            row = self.find(path.name.removesuffix(_PARTIAL))
            pushed = row is not None and row.state is State.STORED
            if pushed or (row is None and _seconds_unchanged(path, now) > partial_seconds):
                path.unlink(missing_ok=True)
        self._change("DELETE FROM uploads WHERE state = 'stored' AND changed < ?", now - stored_seconds)

    def waiting_bytes(self) -> int:
        """What the files of the queue take of the disk."""
        with self._connection() as connection:
            query = "SELECT COALESCE(SUM(size), 0) FROM uploads WHERE state != 'stored'"
            return int(connection.execute(query).fetchone()[0])

    def _one(self, statement: str, *values: object) -> QueuedUpload | None:
        with self._connection() as connection:
            row = connection.execute(statement, values).fetchone()
        return _from_row(row) if row else None

    def _change(self, statement: str, *values: object) -> int:
        with self._connection() as connection:
            return connection.execute(statement, values).rowcount

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        # isolation_level None: every statement is a transaction of its own, durable when it returns.
        opened = sqlite3.connect(self._database, timeout=_BUSY_SECONDS, isolation_level=None)
        with closing(opened) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            yield connection


def _seconds_unchanged(path: Path, now: float) -> float:
    try:
        return now - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _from_row(row: tuple[str, str, str, str, int, str, int, int]) -> QueuedUpload:
    upload_id, owner, name, declared_type, size, state, attempts, refusals = row
    return QueuedUpload(
        UploadNames(owner, upload_id, name), declared_type, size, State(state), attempts, refusals
    )
