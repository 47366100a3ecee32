"""The parts of an `UploadService`, and its life: sign in to Swift, tell what is to be told, end cleanly."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from direct_upload import policy
from direct_upload.admission import Admission
from direct_upload.commits import Commits
from direct_upload.core.post import Post
from direct_upload.core.service import UploadService
from direct_upload.metrics import Metrics
from direct_upload.outbox import Outbox
from direct_upload.scanner import Scanner
from direct_upload.storage import Storage
from direct_upload.sweeper import Sweeper
from direct_upload.telemetry import Telemetry, WatchedSwift
from direct_upload.tracing import tracing_from
from swift_store.declarations import ConfigurationError
from swift_store.settings import Settings

_WEBHOOK_SECONDS = 15


def make_service(settings: Settings, prefix: str = "") -> UploadService:
    """The real parts. PREFIX is where the site is mounted: empty, or a path such as `/uploads`."""
    if prefix and (not prefix.startswith("/") or prefix.endswith("/")):
        raise ConfigurationError(f"a prefix begins with a slash and ends with none, other than {prefix!r}")
    metrics, tracing = Metrics(), tracing_from(os.environ)
    storage = Storage(settings, WatchedSwift(metrics, tracing))
    admission = Admission(settings, storage, time.time)
    return UploadService(
        settings=settings,
        storage=storage,
        admission=admission,
        commits=_make_commits(settings, storage, admission),
        telemetry=Telemetry(metrics, tracing, time.time),
        now=time.time,
        randomness=secrets.token_bytes,
        prefix=prefix,
    )


@asynccontextmanager
async def running(service: UploadService, *, patience: float = 0.0) -> AsyncIterator[None]:
    """Keep a service going: it signs in to Swift in the background, and ends with the block.

    The block begins when that is done, but after PATIENCE seconds at the latest.
    """
    tasks = [
        asyncio.create_task(service.storage.connect()),
        asyncio.create_task(service.commits.outbox.run()),
        asyncio.create_task(_sweeper_of(service).run()),
    ]
    try:
        await _first_sign_in(service.storage, patience)
        yield
    finally:
        for task in tasks:
            task.cancel()
        service.commits.close()
        service.storage.close()
        service.telemetry.tracing.close()


def _sweeper_of(service: UploadService) -> Sweeper:
    return Sweeper(service.storage, service.settings, service.metrics, service.now)


async def _first_sign_in(storage: Storage, patience: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            await storage.signed_in.wait()


def _make_commits(settings: Settings, storage: Storage, admission: Admission) -> Commits:
    scan = _post_to(settings, settings.scan_url, settings.scan_timeout)
    return Commits(
        settings=settings,
        storage=storage,
        admission=admission,
        decide=policy.load(settings.policy),
        scanner=Scanner(scan, time.time) if scan else None,
        outbox=Outbox(storage, _post_to(settings, settings.webhook_url, _WEBHOOK_SECONDS), time.time),
        now=time.time,
    )


def _post_to(settings: Settings, url: str | None, seconds: float) -> Post | None:
    if url is None or settings.webhook_secret is None:
        return None
    from direct_upload.signed_post import SignedPost  # noqa: PLC0415 - only who tells needs Tornado's client

    return SignedPost(url, settings.webhook_secret, seconds=seconds, now=time.time)
