"""One file on its way: begun or gone on with, its segments sent, made a file."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from direct_upload.client.errors import (
    ClientError,
    Damaged,
    Interrupted,
    InvalidRequest,
    SourceChanged,
    UploadLost,
)
from direct_upload.client.lease import Lease, grant_of
from direct_upload.client.means import Means
from direct_upload.client.meter import Meter
from direct_upload.client.patience import repeat
from direct_upload.client.records import Record, RecordFile
from direct_upload.client.segment_attempts import Attempts
from direct_upload.client.site import Answer, Commit, Wish
from direct_upload.client.source import Source
from direct_upload.client.values import StoredFile
from swift_store import slo
from swift_store.slo import SegmentPlan

# Every segment costs the storage a moment of its own: large files are sent in larger ones.
_LARGE_FILE_BYTES = 2 << 30
_LARGE_SEGMENT_BYTES = 64 << 20


@dataclass(frozen=True)
class Item:
    """A file to put: where it is, and its name there.

    `type` is what it is served under, by default what the name tells. `is_remembered`: whether a later `put`
    may go on. `label` is what it is called here, by default its path.
    """

    path: Path
    name: str
    type: str | None = None
    is_remembered: bool = True
    label: str | None = None

    @property
    def source(self) -> str:
        return self.label or str(self.path)


def size_of(item: Item) -> int:
    """How many bytes there are to send; 0 when nobody can tell: opening it will say why."""
    try:
        return item.path.stat().st_size
    except OSError:
        return 0


@dataclass(frozen=True)
class Outcome:
    """What became of one item: a file, or an error."""

    item: Item
    stored: StoredFile | None
    error: ClientError | None


class Upload:
    """One upload. Opened by its owner, who closes it; then threads send its segments, in any order.

    The record is written before a segment is begun, so that whoever goes on after a crash knows what may be
    there, and begins with what was never tried.
    """

    def __init__(self, item: Item, means: Means, file: RecordFile | None, meter: Meter) -> None:
        self.item = item
        self.meter = meter
        self._means = means
        self._file = file
        self._resources = ExitStack()
        self._lock = threading.Lock()
        self._tried_before: frozenset[int] = frozenset()
        self._is_failing = False
        self.failure: ClientError | None = None
        self.record: Record | None = None

    def open(self) -> None:
        """Open the file, take its lock, and renew what an earlier call began, if that can be gone on with."""
        if self._file is not None:
            self._resources.enter_context(self._file.locked(self.item.source))
        self._source = self._resources.enter_context(Source(self.item.path))
        self.meter.size = self._source.size
        self.record = self._remembered()

    def close(self) -> None:
        self._resources.close()

    @property
    def wish(self) -> Wish:
        """What to create it with."""
        item = self.item
        media_type = item.type or mimetypes.guess_type(item.name)[0] or "application/octet-stream"
        return Wish(item.name, self._source.size, media_type, self._wished_segment_size)

    def create(self) -> None:
        """Begin by itself; where the site takes no segments of the size that we would choose, in its own."""
        site, stopping = self._means.site, self._means.stopping
        try:
            answer = site.create(self.wish, stopping)
        except InvalidRequest as error:
            if error.code != "invalid-segment-size" or self._means.segment_size is not None:
                raise
            answer = site.create(replace(self.wish, segment_size=None), stopping)
        self.created(answer)

    def created(self, answer: Answer) -> None:
        """Begin: the site has answered `wish`."""
        made = answer.body
        self._keep(
            Record(
                path=str(self.item.path.resolve()),
                stamp=self._source.stamp,
                name=self.item.name,
                upload_id=made["id"],
                ticket=made["ticket"],
                segment_size=made["segment_size"],
            )
        )
        self._lease(answer)

    @property
    def numbers(self) -> list[int]:
        """All segments, those first that were never tried."""
        return sorted(range(self._plan.count), key=lambda number: (number in self._tried_before, number))

    def send(self, number: int) -> None:
        """Bring one segment into the storage, unless it is there. What fails for good is raised."""
        if self._is_failing:
            return
        try:
            md5 = self._known.md5s.get(number) or self.md5(number)
            attempts = Attempts(self, number, md5, may_be_there=number in self._tried_before)
            with self._means.places:
                if self._is_failing:
                    return
                self._note(number, md5)
                repeat(attempts.next, self._means.patience, self._means.stopping)
        except BaseException:
            self._is_failing = True
            raise

    def again(self, numbers: Iterable[int]) -> None:
        """These segments have to be sent again, whatever is there: Swift did not take them into the file."""
        with self._lock:
            self._tried_before -= frozenset(numbers)
        for number in numbers:
            self.meter.moved(-self._plan.size_of(number))

    @property
    def commit(self) -> Commit:
        """What to complete it with; `SourceChanged` when the file is not what it was."""
        self._source.check()
        record = self._known
        md5s = [record.md5s[number] for number in range(self._plan.count)]
        return Commit(record.upload_id, record.ticket, md5s)

    def finish(self, stored: StoredFile) -> StoredFile:
        """Compare what was made with what was sent; forget the upload."""
        md5s = [self._known.md5s[number] for number in range(self._plan.count)]
        is_same = stored.size == self._source.size and stored.etag.strip('"') == slo.etag(md5s)
        if not is_same:
            self._means.site.delete(stored.id, threading.Event())
        self.forget()
        if not is_same:
            raise Damaged("The storage made another file than the one that was sent; it was deleted again.")
        return stored

    def give_up(self, error: ClientError) -> None:
        """Mark it as failed. What can't be gone on with leaves nothing behind."""
        self.failure = self.failure or error
        if isinstance(error, SourceChanged):
            self.discard()
        elif isinstance(error, UploadLost):
            self.forget()

    def call_off(self) -> None:
        """Begin no segment any more. What is stored stays."""
        self.failure = self.failure or Interrupted("Stopped.")
        self._is_failing = True

    def discard(self) -> None:
        """Delete what was sent, as far as the site can be asked, and forget it."""
        if self.record is not None:
            try:
                self._means.site.discard(self.record.upload_id, self.record.ticket, self._means.stopping)
            except ClientError as error:
                # The next `put` of this file tries again; at the latest, the sweep collects it.
                if error.is_temporary or isinstance(error, Interrupted):
                    return
        self.forget()

    def forget(self) -> None:
        self.record = None
        if self._file is not None:
            self._file.remove()

    @property
    def _wished_segment_size(self) -> int | None:
        is_large = self._source.size >= _LARGE_FILE_BYTES and not self._means.pace.is_capped
        return self._means.segment_size or (_LARGE_SEGMENT_BYTES if is_large else None)

    @property
    def _known(self) -> Record:
        assert self.record is not None  # noqa: S101 - see `open` and `created`
        return self.record

    @property
    def _plan(self) -> SegmentPlan:
        return SegmentPlan(self._source.size, self._known.segment_size)

    def _remembered(self) -> Record | None:
        record = self._file.read() if self._file is not None else None
        if record is None:
            return None
        self.record = record
        if record.stamp != self._source.stamp:
            self.discard()
            return None
        try:
            answer = self._means.site.renew(record.upload_id, record.ticket, self._means.stopping)
        except UploadLost:
            self.forget()
            return None
        self._tried_before = frozenset(record.md5s)
        self._lease(answer)
        return record

    def _lease(self, answer: Answer) -> None:
        grant = grant_of(answer, answer.body["target"])
        site, stopping = self._means.site, self._means.stopping
        self._addresses = Lease(site, self._known.upload_id, self._known.ticket, grant, stopping)

    def _note(self, number: int, md5: str) -> None:
        """Write down the segment's MD5 before anything of it is sent."""
        with self._lock:
            if number not in self._known.md5s:
                self._keep(self._known.with_segment(number, md5))

    def _keep(self, record: Record) -> None:
        self.record = record
        if self._file is not None:
            self._file.write(record, durable=self._plan.count > 1)

    def md5(self, number: int) -> str:
        plan = self._plan
        return self._source.md5(number * plan.segment_size, plan.size_of(number), self._means.stopping)

    def address(self, number: int) -> str:
        return self._addresses.address(number, range(number + 1, self._plan.count))

    def refused(self, address: str, number: int) -> None:
        self._addresses.refused(address, number)

    def is_there(self, address: str, md5: str) -> bool:
        return self._means.storage.md5_of(address) == md5

    def size_of(self, number: int) -> int:
        return self._plan.size_of(number)

    def put(self, address: str, number: int, md5: str, moved: Callable[[int], None]) -> None:
        """One attempt to send the segment."""
        self._means.storage.put(address, self._pieces(number, moved), self.size_of(number), md5)

    def check_source(self, number: int, md5: str) -> None:
        """Raise `SourceChanged` when the file does not say any more what it said."""
        self._source.check()
        if self.md5(number) != md5:
            raise SourceChanged(f"{self.item.path} was changed while it was sent.")

    def _pieces(self, number: int, moved: Callable[[int], None]) -> Iterable[memoryview]:
        start = number * self._plan.segment_size
        pace, stopping = self._means.pace, self._means.stopping
        for piece in self._source.pieces(start, self.size_of(number), stopping, pace.piece_bytes):
            if self._is_failing:
                raise Interrupted("Another segment of the file failed.")
            pace.wait_for(len(piece), stopping)
            yield piece
            moved(len(piece))
