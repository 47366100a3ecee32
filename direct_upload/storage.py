"""The bridge from the event loop to Swift: signs in in the background, runs blocking calls in threads."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from direct_upload.daemon_threads import DaemonThreads
from direct_upload.lane import Lane
from direct_upload.recent import Recent
from direct_upload.swift_guard import SwiftGuard
from swift_store import spread, tempurl, ticket_times
from swift_store.client import SwiftClient
from swift_store.errors import RETRY_SECONDS, Problem, SwiftRefused, SwiftUnavailable
from swift_store.files import FileStore
from swift_store.held_files import HeldFiles
from swift_store.observer import SwiftObserver
from swift_store.private_store import PrivateStore
from swift_store.settings import Settings
from swift_store.signer import Signer
from swift_store.sweep import Swept, sweep
from swift_store.ticket_times import TicketTimes
from swift_store.uploads import Limits
from swift_store.usage import UsageReader

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)
_FIRST_PAUSE_SECONDS = 2.0
# The site waits for a sign-in, and for a word whether Swift is safe, unless that was known before.
_LONGEST_PAUSE_SECONDS, _LONGEST_PAUSE_SERVING_SECONDS = 8.0, 64.0
_BATCH_COMMITS = 8
_FAULTS_SECONDS = 2.0


@dataclass(frozen=True)
class Connected:
    """What we know of the cluster from the first successful sign-in on.

    `keeps_files`: nobody can change a file once it is complete, because its manifest names checksums.
    """

    signer: Signer
    limits: Limits
    keeps_files: bool
    owner_key: bytes | None = field(repr=False)


class Storage:
    """Swift, as the handlers see it.

    `batches` is where commits of batches wait for their turn; `signed_in` is set by the first sign-in.
    """

    def __init__(self, settings: Settings, observer: SwiftObserver) -> None:
        if settings.swift is None:
            raise ValueError("settings.swift is missing")
        self._settings = settings
        self._client = SwiftClient(
            settings.swift,
            connections=settings.swift_connections,
            timeout=settings.swift_timeout,
            observer=observer,
        )
        self._committer = SwiftClient(
            settings.swift,
            connections=settings.swift_connections,
            timeout=settings.commit_timeout,
            observer=observer,
        )
        self._threads = DaemonThreads(2 * settings.swift_connections)
        self._connected: Connected | None = None
        self.signed_in = asyncio.Event()
        self.records = PrivateStore(self._client, settings.container)
        self._guard = SwiftGuard(
            self._client, self.records, settings.container, allow=settings.allow_unsafe_swift
        )
        self.files = FileStore(
            self._client, self._committer, settings.upload_containers, holding=settings.holds_files
        )
        self.held_files = HeldFiles(self._client, self._committer, settings.upload_containers)
        self.usage = UsageReader(self._client, settings.upload_containers)
        self._faults = Recent(self._look_for_faults, seconds=_FAULTS_SECONDS, clock=time.monotonic)
        self.batches = Lane(min(_BATCH_COMMITS, max(1, settings.swift_connections // 2)))

    @property
    def connected(self) -> Connected:
        """What the cluster offers; raises `not-ready` before the first sign-in, and where it is not safe."""
        connected = self._reached
        if self._guard.objection is not None:
            raise Problem("not-ready", self._guard.objection, retry_after=RETRY_SECONDS)
        return connected

    @property
    def public_origin(self) -> str:
        """Where browsers reach the cluster, safe or not; raises `not-ready` before the first sign-in."""
        return self._reached.signer.origin

    @property
    def _reached(self) -> Connected:
        if self._connected is None:
            detail = "The storage was not reached yet since the start. Try again in a moment."
            raise Problem("not-ready", detail, retry_after=RETRY_SECONDS)
        return self._connected

    @property
    def owner_key(self) -> bytes:
        """What makes owners of identities; raises `not-ready` when `setup` was not run."""
        if self.connected.owner_key is None:
            detail = (
                "The storage is not prepared for signed-in people. Run 'direct-upload setup', then restart."
            )
            raise Problem("not-ready", detail, retry_after=RETRY_SECONDS)
        return self.connected.owner_key

    async def connect(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Sign in, however long that takes, and see whether the cluster is safe, once that can be told."""
        pause = _FIRST_PAUSE_SECONDS
        while self._connected is None or not self._guard.knows:
            try:
                self._connected = await self.run(self._sign_in)
                self.signed_in.set()
            except (SwiftUnavailable, SwiftRefused, tempurl.NoCommonDigest) as error:
                _log.warning("can't sign in to Swift, trying again: %s", error)
            if not self._guard.knows:
                await sleep(pause)
                serves = self._connected is not None and self._guard.objection is None
                longest = _LONGEST_PAUSE_SERVING_SECONDS if serves else _LONGEST_PAUSE_SECONDS
                pause = min(2 * pause, longest)

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Await a blocking call. It knows for which request it is made."""
        loop, context = asyncio.get_running_loop(), copy_context()
        return await loop.run_in_executor(self._threads, lambda: context.run(call, *args, **kwargs))

    async def faults(self) -> list[str]:
        """What stands in the way of uploads and what to do, as sentences; none when all is well.

        It may be some seconds old: everybody can ask, and each look is a request for each container.
        """
        return await self._faults.get(None)

    async def _look_for_faults(self, _all: None) -> list[str]:
        settings, objection = self._settings, self._guard.objection
        missing = await self.run(
            spread.faults,
            self._client,
            settings.upload_containers,
            settings.secrets,
            settings.site_origins,
        )
        mending = ["Run 'direct-upload setup'."] if missing else []
        return [*([objection] if objection else []), *missing, *mending]

    def sweep(self) -> Swept:
        """Delete what uploads left behind that nobody can complete any more. Blocking."""
        before = self._keep_ticket_times().over_before
        return sweep(self._client, self._settings.upload_containers, began_before=before)

    def close(self) -> None:
        self._threads.shutdown(wait=False)
        self._client.close()
        self._committer.close()

    def _sign_in(self) -> Connected:
        settings, cluster = self._settings, self._client.cluster()
        signer = cluster.signer(
            settings.secrets, lifetime=settings.url_lifetime, origin=settings.swift_public_url
        )
        limits = Limits.within(
            cluster.capabilities,
            max_file_size=settings.max_file_size,
            segment_size=settings.segment_size,
            ticket_lifetime=settings.ticket_lifetime,
        )
        signer = self._guard.probe(cluster, signer)
        owner_key = self.records.owner_key()
        if owner_key is not None:
            try:
                self._keep_ticket_times()
            except (SwiftUnavailable, SwiftRefused) as error:
                # Its disks may be full, and what is stored can be had all the same.
                _log.warning("could not write down how long tickets live; the next sweep will: %s", error)
        return Connected(signer, limits, cluster.capabilities.slo is not None, owner_key)

    def _keep_ticket_times(self) -> TicketTimes:
        return ticket_times.keep(self._client, self.records, self._settings.ticket_lifetime, time.time())
