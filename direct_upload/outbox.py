"""Tells events to an address: late rather than never, and never in anybody's way.

An event is written down in Swift before what it tells is done, and crossed out when the receiver has said
2xx. So a process may end at any point: whoever starts next, or runs beside it, looks at what is written
down, checks whether it happened, and tells it. The receiver may hear the same event twice, under the same
id, and events in another order than they happened.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from direct_upload import events
from direct_upload.core.post import NotDelivered, Post
from direct_upload.events import OUTBOX, Event, EventType
from direct_upload.storage import Storage
from swift_store.errors import Problem, SwiftRefused, SwiftUnavailable
from swift_store.files import FileState

_log = logging.getLogger(__name__)

_LOOK_AGAIN_SECONDS, _AWAY_SECONDS = 60.0, 5.0
_FORGOTTEN_SECONDS = 900.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 300.0
_TRY_SECONDS = 86400.0
# What did not happen in this time never will: a commit is given up long before.
_INTENT_SECONDS = 7200.0
_KEEP_SECONDS = 7 * 86400.0
_MOST_AT_ONCE = 1000


@dataclass
class Outcome:
    """Whether what was announced happened, and now; set it before the block ends."""

    is_new: bool = False


class Outbox:
    """Tells over POST, or nobody when POST is None. `now` gives Unix seconds."""

    def __init__(self, storage: Storage, post: Post | None, now: Callable[[], float]) -> None:
        self._storage = storage
        self._post = post
        self._now = now
        self._deliveries: dict[str, asyncio.Task[None]] = {}

    @asynccontextmanager
    async def telling(self, event: Event) -> AsyncIterator[Outcome]:
        """Write the event down, do in this block what it tells, and tell it, which goes on after the block.

        When the block is refused, or says that nothing is new, nothing is told.
        """
        outcome = Outcome()
        if self._post is None:
            yield outcome
            return
        name, records = OUTBOX + event.id, self._storage.records
        record = events.to_record(event, now=self._now())
        is_first = await self._storage.run(records.create, name, record)
        try:
            yield outcome
        except Problem:
            if is_first:
                await self._cross_out(name)
            raise
        if outcome.is_new:
            self._deliver(self._post, event)
        elif is_first:
            # It was told before: otherwise there would have been a record already.
            await self._cross_out(name)

    async def run(self) -> None:
        """Tell what others left behind: all of it at the start, and later what seems to be forgotten."""
        patience = 0.0
        while self._post is not None:
            try:
                await self._look(self._post, patience)
                patience = _FORGOTTEN_SECONDS
            except (SwiftUnavailable, SwiftRefused) as error:
                _log.warning("can't look for events that were not told: %s", error)
                await asyncio.sleep(_AWAY_SECONDS)
            else:
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    def close(self) -> None:
        """End all deliveries; what was not told is still written down."""
        for delivery in self._deliveries.values():
            delivery.cancel()
        if self._post is not None:
            self._post.close()

    async def _look(self, post: Post, patience: float) -> None:
        records = self._storage.records
        for name in await self._storage.run(records.names, OUTBOX):
            if name.removeprefix(OUTBOX) in self._deliveries:
                continue
            record = await self._storage.run(records.read, name)
            if record is None:
                continue
            age = self._now() - record["intended_at"]
            if age >= patience or not record["is_watched"]:
                await self._take_over(post, events.from_record(record), age)

    async def _take_over(self, post: Post, event: Event, age: float) -> None:
        if age > _KEEP_SECONDS:
            _log.error("nobody wanted to know of %s for a week, it is dropped", event.id)
            await self._cross_out(OUTBOX + event.id)
        elif await self._storage.run(self._happened, event):
            self._deliver(post, event)
        elif age > _INTENT_SECONDS:
            await self._cross_out(OUTBOX + event.id)

    def _happened(self, event: Event) -> bool:
        file = self._storage.files.find(event.owner, event.upload_id)
        match event.type:
            case EventType.STORED:
                return file is not None and file.state is FileState.STORED
            case EventType.HELD:
                return file is not None
            case EventType.REJECTED | EventType.DELETED:
                return file is None

    def _deliver(self, post: Post, event: Event) -> None:
        if len(self._deliveries) >= _MOST_AT_ONCE:
            # It is written down; the next look finds it.
            return
        task = asyncio.create_task(self._tell(post, event))
        self._deliveries[event.id] = task
        task.add_done_callback(lambda _: self._deliveries.pop(event.id, None))

    async def _tell(self, post: Post, event: Event) -> None:
        patience = AsyncRetrying(
            retry=retry_if_exception_type(NotDelivered),
            wait=wait_exponential_jitter(initial=_FIRST_PAUSE_SECONDS, max=_LONGEST_PAUSE_SECONDS),
            stop=stop_after_delay(_TRY_SECONDS),
            reraise=True,
        )
        try:
            async for attempt in patience:
                with attempt:
                    if attempt.retry_state.attempt_number > 1 and await self._was_told(event):
                        return
                    await post.send(event.id, event.body)
        except NotDelivered as error:
            _log.warning("could not tell of %s for a day, trying again later: %s", event.id, error)
        else:
            await self._cross_out(OUTBOX + event.id)

    async def _was_told(self, event: Event) -> bool:
        """Whether another process was luckier meanwhile."""
        try:
            return await self._storage.run(self._storage.records.read, OUTBOX + event.id) is None
        except (SwiftUnavailable, SwiftRefused):
            return False

    async def _cross_out(self, name: str) -> None:
        try:
            await self._storage.run(self._storage.records.delete, name)
        except (SwiftUnavailable, SwiftRefused) as error:
            _log.warning("%s may be told once more: %s", name, error)
