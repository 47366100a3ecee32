"""Many files at once: small ones in batches, the segments of all over a few connections.

A conductor takes a group of files through creation, sending and completion. There are two, so that the
connections are busy while one group is created or completed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TypeVar

from direct_upload.client.crew import Crew
from direct_upload.client.errors import ClientError, Interrupted, SegmentsRejected, SiteRefused
from direct_upload.client.means import Means
from direct_upload.client.meter import Meter, Observer
from direct_upload.client.patience import repeat
from direct_upload.client.records import Records
from direct_upload.client.site import Answer
from direct_upload.client.upload import Item, Upload
from direct_upload.client.values import Phase, StoredFile

T = TypeVar("T")
R = TypeVar("R")

_CONDUCTORS = 2
_BATCH_FILES = 100
_BATCH_BYTES = 64 << 20
_SMALL_BYTES = 4 << 20
# Segments that were overwritten or lost between sending and completing are sent again, so often.
_COMPLETIONS = 3


@dataclass(frozen=True)
class Outcome:
    """What became of one item: a file, or an error."""

    item: Item
    stored: StoredFile | None
    error: ClientError | None


def put_all(
    items: Iterable[Item], means: Means, crew: Crew, records: Records | None, observer: Observer | None
) -> Iterator[Outcome]:
    """Send the files; yield what became of each, in their order."""
    conductors = Crew(_CONDUCTORS, "conductor")
    running: deque[Future[list[Outcome]]] = deque()
    try:
        for group in groups(items, _size_of):
            uploads = [_upload(item, means, records, observer) for item in group]
            running.append(conductors.submit(_Group(uploads, means, crew).run))
            if len(running) > _CONDUCTORS:
                yield from running.popleft().result()
        while running:
            yield from running.popleft().result()
    finally:
        conductors.close()


def groups(items: Iterable[Item], size_of: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Cut into groups: files of some size alone, small neighbours together."""
    group: list[Item] = []
    room = _BATCH_BYTES
    for item in items:
        size = size_of(item)
        if group and (size > min(_SMALL_BYTES, room) or len(group) == _BATCH_FILES):
            yield group
            group, room = [], _BATCH_BYTES
        group.append(item)
        room -= size
        if size > _SMALL_BYTES:
            yield group
            group, room = [], _BATCH_BYTES
    if group:
        yield group


def _size_of(item: Item) -> int:
    try:
        return item.path.stat().st_size
    except OSError:
        return 0  # opening it will say why


def _upload(item: Item, means: Means, records: Records | None, observer: Observer | None) -> Upload:
    file = records.of(item.path, item.name) if records is not None and item.is_remembered else None
    return Upload(item, means, file, Meter(item.name, observer))


class _Group:
    """Files that are created together and completed together. Each succeeds or fails by itself."""

    def __init__(self, uploads: Sequence[Upload], means: Means, crew: Crew) -> None:
        self._uploads = uploads
        self._means = means
        self._crew = crew
        self._stored: dict[Upload, StoredFile] = {}

    def run(self) -> list[Outcome]:
        with ExitStack() as opened:
            for upload in self._uploads:
                self._each(upload, upload.open)
                if upload.failure is None:
                    opened.callback(upload.close)
            self._create([one for one in self._alive if one.record is None])
            self._send({one: one.numbers for one in self._alive})
            for last in range(_COMPLETIONS):
                self._complete(is_last=last == _COMPLETIONS - 1)
            return [self._outcome(upload) for upload in self._uploads]

    @property
    def _alive(self) -> list[Upload]:
        return [one for one in self._uploads if one.failure is None and one not in self._stored]

    def _create(self, uploads: list[Upload]) -> None:
        site, stopping = self._means.site, self._means.stopping
        if len(uploads) == 1:
            only = uploads[0]
            self._each(only, lambda: only.created(site.create(only.wish, stopping)))
            return
        self._in_batches(
            uploads, lambda some: site.create_all([one.wish for one in some], stopping), self._created
        )

    def _created(self, upload: Upload, answer: Answer) -> None:
        upload.created(answer)

    def _send(self, numbers: dict[Upload, list[int]]) -> None:
        sending = {
            upload: [self._crew.submit(upload.send, number) for number in some]
            for upload, some in numbers.items()
        }
        for upload, futures in sending.items():
            self._each(upload, lambda futures=futures: _all_done(futures))  # type: ignore[misc]

    def _complete(self, *, is_last: bool) -> None:
        uploads = self._alive
        rejected: dict[Upload, list[int]] = {}

        def judge(upload: Upload, error: ClientError) -> None:
            if is_last or not isinstance(error, SegmentsRejected):
                raise error
            rejected[upload] = sorted(error.numbers)
            upload.again(rejected[upload])

        commits = {}
        for upload in uploads:
            upload.meter.enter(Phase.CHECKING)
            self._each(upload, lambda one=upload: commits.update({one: one.commit}))  # type: ignore[misc]
        ready = list(commits)
        site, stopping = self._means.site, self._means.stopping
        if len(ready) == 1:
            only = ready[0]
            self._each(only, lambda: self._finished(only, site.complete(commits[only], stopping)), judge)
        elif ready:
            self._in_batches(
                ready,
                lambda some: site.complete_all([commits[one] for one in some], stopping),
                self._finished,
                judge,
            )
        self._send(rejected)

    def _finished(self, upload: Upload, stored: StoredFile) -> None:
        self._stored[upload] = upload.finish(stored)
        upload.meter.enter(Phase.DONE)

    def _in_batches(
        self,
        uploads: Sequence[Upload],
        ask: Callable[[Sequence[Upload]], Sequence[R | SiteRefused]],
        take: Callable[[Upload, R], None],
        judge: Callable[[Upload, ClientError], None] | None = None,
    ) -> None:
        """Ask for all at once; again for those whose refusal may pass, until patience ends."""
        left = list(uploads)

        def once() -> None:
            last: SiteRefused | None = None
            answers = list(zip(left, ask(left), strict=True))
            left.clear()
            for upload, answer in answers:
                if isinstance(answer, SiteRefused):
                    if answer.is_temporary:
                        left.append(upload)
                        last = answer
                    else:
                        self._fail(upload, answer, judge)
                else:
                    self._each(upload, lambda one=upload, it=answer: take(one, it))  # type: ignore[misc]
            if last is not None:
                raise last

        if not left:
            return
        try:
            repeat(once, self._means.patience, self._means.stopping)
        except ClientError as error:
            for upload in left:
                self._fail(upload, error, judge)

    def _each(
        self,
        upload: Upload,
        step: Callable[[], object],
        judge: Callable[[Upload, ClientError], None] | None = None,
    ) -> None:
        """Do one step for one upload; what goes wrong is its own failure."""
        try:
            step()
        except ClientError as error:
            self._fail(upload, error, judge)

    def _fail(
        self, upload: Upload, error: ClientError, judge: Callable[[Upload, ClientError], None] | None = None
    ) -> None:
        try:
            if judge is None:
                raise error
            judge(upload, error)
        except ClientError as final:
            upload.give_up(final)
            upload.meter.enter(Phase.FAILED)

    def _outcome(self, upload: Upload) -> Outcome:
        return Outcome(upload.item, self._stored.get(upload), upload.failure)


def _all_done(futures: Sequence[Future[None]]) -> None:
    """Wait for all; raise the first failure, rather than that others were called off for it."""
    wait(futures)
    failures = [error for one in futures if (error := one.exception()) is not None]
    for error in sorted(failures, key=lambda error: isinstance(error, Interrupted)):
        raise error
