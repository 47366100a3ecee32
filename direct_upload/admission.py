"""Who may upload how much: the limits, asked when an upload is created and again when it is complete."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec

from direct_upload.ledger import Ledger
from direct_upload.recent import Recent
from direct_upload.storage import Storage
from direct_upload.throttle import Bucket, address_key
from swift_store.declarations import ConfigurationError, variable
from swift_store.errors import Problem
from swift_store.limits import Allowance, Rules, Scope, Usage
from swift_store.settings import Settings
from swift_store.tickets import Ticket

# What this process does itself counts at once; this is for what others do.
_OWNER_SECONDS = 5.0
# Everybody's files are many, and a look at them takes a request for each ten thousand.
_SITE_SECONDS = 60.0
_OPEN_RETRY_SECONDS = 60
_EVERYBODY = ""


def check(settings: Settings) -> None:
    """Raise `ConfigurationError` when the settings ask for what is not installed."""
    if settings.redis_url is not None and find_spec("redis") is None:
        raise ConfigurationError(
            f"{variable('redis_url')} needs a package: pip install 'direct-upload[redis]'"
        )


@dataclass(frozen=True)
class _OpenLimit:
    """The most uploads that may be begun and not complete, and how many are."""

    scope: Scope
    most: int
    counts: Recent[str, int]
    key: str

    def check(self) -> None:
        used = self.counts.peek(self.key, 0)
        if used >= self.most:
            detail = (
                f"{_WHOSE[self.scope]} {used} uploads that are not complete; at most {self.most} are allowed."
            )
            raise Problem(
                "too-many-uploads",
                detail,
                retry_after=_OPEN_RETRY_SECONDS,
                scope=self.scope.value,
                limit=self.most,
                used=used,
            )


_WHOSE = {Scope.OWNER: "Complete some first: you have", Scope.SITE: "Try again later: this site has"}


@dataclass
class Room:
    """Room for one file; `is_used` says at the end whether the file came to be."""

    is_used: bool = False


class Admission:
    """All limits of a site. A limit that is not set asks nobody and costs nothing."""

    def __init__(self, settings: Settings, storage: Storage, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._storage = storage
        self._clock = clock
        self._rules = Rules(
            settings.max_file_size,
            settings.allowed_types,
            settings.denied_types or (),
            settings.allowed_names,
            settings.denied_names or (),
        )
        own = Allowance(Scope.OWNER, settings.owner_bytes, settings.owner_files)
        everything = Allowance(Scope.SITE, settings.site_bytes, settings.site_files)
        self._owners = Ledger(own, self._stored, seconds=_OWNER_SECONDS, clock=clock)
        self._site = Ledger(everything, self._stored, seconds=_SITE_SECONDS, clock=clock)
        self._open = Recent(self._open_uploads, seconds=_OWNER_SECONDS, clock=clock)
        self._site_open = Recent(self._open_uploads, seconds=_SITE_SECONDS, clock=clock)
        self._owner_bucket = self._bucket("owner", settings.owner_tickets)
        self._address_bucket = self._bucket("address", settings.address_tickets)

    async def count_ticket(self, owner: str, address: str) -> None:
        """Count a wish for an upload, whatever becomes of it. Raises `too-many-requests`."""
        if self._owner_bucket is not None:
            await self._owner_bucket.take(owner)
        if self._address_bucket is not None:
            await self._address_bucket.take(address_key(address))

    async def admit(self, ticket: Ticket) -> None:
        """Raise a `Problem` when this upload may not begin."""
        self._rules.check(ticket)
        await self._learn(ticket)
        await self._admit_open(ticket.owner)
        self._check_room(ticket)

    async def admit_commit(self, ticket: Ticket) -> None:
        """Raise a `Problem` when this upload may not become a file. Take its `room` right afterwards."""
        self._rules.check(ticket)
        await self._learn(ticket)
        self._check_room(ticket)

    @contextmanager
    def room(self, ticket: Ticket) -> Iterator[Room]:
        """Keep the room for a file while it is committed."""
        more, room = Usage(ticket.size, 1), Room()
        self._owners.reserve(ticket.owner, more)
        self._site.reserve(_EVERYBODY, more)
        try:
            yield room
        finally:
            self._owners.settle(ticket.owner, more, is_used=room.is_used)
            self._site.settle(_EVERYBODY, more, is_used=room.is_used)
            self._open.forget(ticket.owner)
            if room.is_used:
                self._site_open.change(_EVERYBODY, lambda count: max(0, count - 1))

    def forget(self, owner: str) -> None:
        """Files or uploads of this owner were deleted."""
        self._owners.forget(owner)
        self._site.forget(_EVERYBODY)
        self._open.forget(owner)

    async def _learn(self, ticket: Ticket) -> None:
        await self._site.learn(_EVERYBODY)
        await self._owners.learn(ticket.owner)

    def _check_room(self, ticket: Ticket) -> None:
        more = Usage(ticket.size, 1)
        self._owners.check(ticket.owner, more)
        self._site.check(_EVERYBODY, more)

    async def _admit_open(self, owner: str) -> None:
        limits = list(self._open_limits(owner))
        for one in limits:
            await one.counts.get(one.key)
        for one in limits:
            one.check()
        for one in limits:
            one.counts.change(one.key, lambda count: count + 1)

    def _open_limits(self, owner: str) -> Iterator[_OpenLimit]:
        settings = self._settings
        if settings.owner_uploads is not None:
            yield _OpenLimit(Scope.OWNER, settings.owner_uploads, self._open, owner)
        if settings.site_uploads is not None:
            yield _OpenLimit(Scope.SITE, settings.site_uploads, self._site_open, _EVERYBODY)

    async def _stored(self, owner: str) -> Usage:
        return await self._storage.run(self._storage.usage.stored, owner)

    async def _open_uploads(self, owner: str) -> int:
        lifetime = timedelta(seconds=self._settings.ticket_lifetime)
        began_after = datetime.fromtimestamp(self._clock(), UTC) - lifetime
        return await self._storage.run(self._storage.usage.open_uploads, owner, began_after=began_after)

    def _bucket(self, name: str, limit: int | None) -> Bucket | None:
        if limit is None:
            return None
        if self._settings.redis_url is None:
            return Bucket(name, limit)
        from direct_upload.shared_throttle import SharedBucket  # noqa: PLC0415 - Redis is an optional extra

        return SharedBucket(name, limit, self._settings.redis_url)
