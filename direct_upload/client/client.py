"""The client: put files into a site, get them, list and delete them."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from platformdirs import user_state_path

from direct_upload.client import engine
from direct_upload.client.cookies import Cookies
from direct_upload.client.crew import Crew
from direct_upload.client.download import Download, Fetched, destination
from direct_upload.client.errors import AlreadyComplete, ClientError, UploadLost
from direct_upload.client.means import Means
from direct_upload.client.meter import Meter, Observer
from direct_upload.client.pace import Pace
from direct_upload.client.records import Records
from direct_upload.client.site import Site
from direct_upload.client.spool import spooled
from direct_upload.client.storage import Storage
from direct_upload.client.upload import Item, Outcome
from direct_upload.client.values import Patience, StoredFile
from direct_upload.client.wire import new_pool

DEFAULT_CONNECTIONS = 4
DEFAULT_SPOOL_BYTES = 16 << 30
# Segments that are hashed, or have been, while others are sent.
_HASHED_AHEAD = 2


def default_state() -> Path:
    """The folder in which the user's uploads under way, and cookies, are remembered."""
    return user_state_path("direct-upload", appauthor=False)


class Client:
    """One site, as one caller. A context manager, or `close` it; threads may share it.

    `token` is an API token; without one, the caller is who the site's cookie says, as a browser is, and the
    cookie is kept in `state`. There, too, are the uploads under way, so that a `put` goes on where an earlier
    one was ended; None: remember nothing. Sizes are in bytes. What fails raises a `ClientError`.
    `on_progress` is called in the thread of the caller, who gets what it raises.
    """

    def __init__(  # noqa: PLR0913 - options, by their names
        self,
        endpoint: str,
        token: str | None = None,
        *,
        connections: int = DEFAULT_CONNECTIONS,
        max_bytes_per_second: float | None = None,
        segment_size: int | None = None,
        patience: Patience | None = None,
        state: Path | None = default_state(),  # noqa: B008 - the same for the life of a process
    ) -> None:
        patience = patience or Patience()
        self._pool = new_pool(endpoint, connections)
        cookies = Cookies(state / "sites" / f"{_short(endpoint)}.json" if state and not token else None)
        self._stopping = threading.Event()
        self._site = Site(endpoint, token, cookies, self._pool, patience)
        storage, pace = Storage(self._pool, patience), Pace(max_bytes_per_second)
        places = pace.connections(connections)
        self._means = Means(
            self._site, storage, pace, patience, self._stopping, threading.Semaphore(places), segment_size
        )
        self._records = Records(state / "uploads", self._site.endpoint, token) if state else None
        self._crew = Crew(places + _HASHED_AHEAD, "segments")

    def put(
        self,
        source: str | Path | BinaryIO,
        name: str | None = None,
        *,
        type: str | None = None,  # noqa: A002 - the API's word
        on_progress: Observer | None = None,
        spool_bytes: int = DEFAULT_SPOOL_BYTES,
    ) -> StoredFile:
        """Store a file, or what an open binary file has left, which then goes through a temporary file.

        NAME may be a relative path; by default it is the file's own name. The answer means that all of it is
        stored and compared. A file that changes meanwhile is `SourceChanged`, and nothing of it is visible.
        """
        if isinstance(source, str | Path):
            path = Path(source)
            return self._put(Item(path, name or path.name, type), on_progress)
        with spooled(source, spool_bytes) as path:
            own_name = Path(str(getattr(source, "name", ""))).name
            item = Item(path, name or own_name or "stdin", type, is_remembered=False, label=own_name or "-")
            return self._put(item, on_progress)

    def put_all(self, items: Iterable[Item], on_progress: Observer | None = None) -> Iterator[Outcome]:
        """Store many files, in batches over all connections; yield what became of each, in their order.

        Who leaves the iteration early calls off what is under way.
        """
        return engine.put_all(items, self._means, self._crew, self._records, on_progress)

    def discard(self, path: str | Path, name: str | None = None) -> bool:
        """Give an interrupted upload up: what was sent of it is deleted. False when there is none."""
        path = Path(path)
        if self._records is None:
            return False
        file = self._records.of(path, name or path.name)
        with file.locked(str(path)):
            record = file.read()
            if record is None:
                return False
            # What is a file by now, or nobody's any more, can't be given up; nor has it to be remembered.
            with suppress(AlreadyComplete, UploadLost):
                self._site.discard(record.upload_id, record.ticket, self._stopping)
            file.remove()
        return True

    def get(
        self, file: str | StoredFile, to: str | Path | None = None, *, on_progress: Observer | None = None
    ) -> Fetched:
        """Fetch a file by its id to a path, or under its own name into a folder: by default, the working one.

        What is there is replaced once all of the file has come and was compared; `verified` of the answer
        says how. An interrupted one goes on.
        """
        stored = file if isinstance(file, StoredFile) else self._site.file(file, self._stopping)
        meter = Meter(stored.id, stored.name, on_progress)
        return Download(stored, destination(to, stored.name), self._means, meter).run()

    def files(self) -> Iterator[StoredFile]:
        """The caller's files, newest first."""
        return self._site.files(self._stopping)

    def file(self, file_id: str) -> StoredFile:
        """One file; `NotFound` when there is none."""
        return self._site.file(file_id, self._stopping)

    def delete(self, file_id: str) -> None:
        """Delete a file; `NotFound` when there is none."""
        self._site.delete(file_id, self._stopping)

    def stop(self) -> None:
        """End all calls under way with `Interrupted`, from any thread. The client can't be used any more."""
        self._stopping.set()

    def close(self) -> None:
        self.stop()
        self._crew.close()
        self._pool.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _put(self, item: Item, on_progress: Observer | None) -> StoredFile:
        (outcome,) = self.put_all([item], on_progress)
        if outcome.stored is None:
            raise outcome.error or ClientError("Nothing became of it.")
        return outcome.stored


def _short(text: str) -> str:
    return sha256(text.rstrip("/").encode()).hexdigest()[:40]
