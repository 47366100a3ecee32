"""Many files at once: small ones in batches, the segments of all over a few connections.

A conductor takes a group of files through creation, sending and completion. There are two, so that the
connections are busy while one group is created or completed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue

from direct_upload.client.crew import Crew
from direct_upload.client.group import Group
from direct_upload.client.means import Means
from direct_upload.client.meter import Meter, Observer
from direct_upload.client.records import Records
from direct_upload.client.upload import Item, Outcome, Upload, size_of
from direct_upload.client.values import Progress

_CONDUCTORS = 2
_BATCH_FILES = 100
_BATCH_BYTES = 64 << 20
_SMALL_BYTES = 4 << 20


def put_all(
    items: Iterable[Item], means: Means, crew: Crew, records: Records | None, observer: Observer | None
) -> Iterator[Outcome]:
    """Send the files; yield what became of each, in their order. The observer is called in this thread.

    When it raises, or whoever iterates stops, what is under way is called off.
    """
    conductors = Crew(_CONDUCTORS, "conductor")
    line = _Line(observer or (lambda _progress: None))
    try:
        for items_of_group in groups(items, size_of):
            uploads = [_upload(item, means, records, line.told.put) for item in items_of_group]
            group = Group(uploads, means, crew)
            line.running.append((group, conductors.submit(group.run)))
            if len(line.running) > _CONDUCTORS:
                yield from line.first()
        while line.running:
            yield from line.first()
    finally:
        for group, _ in line.running:
            group.call_off()
        conductors.close()


@dataclass
class _Line:
    """The groups under way, the first of them first, and what their threads have told."""

    observer: Observer
    running: deque[tuple[Group, Future[list[Outcome]]]] = field(default_factory=deque)
    told: SimpleQueue[Progress | None] = field(default_factory=SimpleQueue)

    def first(self) -> list[Outcome]:
        """Wait for the first group, and pass on meanwhile what all of them tell."""
        _, future = self.running[0]
        future.add_done_callback(lambda _: self.told.put(None))
        while (progress := self.told.get()) is not None:
            self.observer(progress)
        outcomes = future.result()
        self.running.popleft()
        return outcomes


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


def _upload(item: Item, means: Means, records: Records | None, observer: Observer) -> Upload:
    file = records.of(item.path, item.name) if records is not None and item.is_remembered else None
    return Upload(item, means, file, Meter(item.source, item.name, observer))
