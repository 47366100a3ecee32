"""Runs the site in a process: what it is made of, signals, and a stop that loses no request."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import secrets
import socket
import time
from collections.abc import Sequence

from direct_upload import access_log, policy
from direct_upload.admission import Admission
from direct_upload.app import make_app
from direct_upload.body_limit import MAX_BODY_BYTES
from direct_upload.commits import Commits
from direct_upload.connection_guard import MOST_WAITING_BYTES, GuardedServer, affordable_connections
from direct_upload.drain import Drain
from direct_upload.handlers import Site
from direct_upload.identity.choice import make_identity
from direct_upload.identity.tokens import TokenBook
from direct_upload.metrics import Metrics
from direct_upload.outbox import Outbox
from direct_upload.scanner import Scanner
from direct_upload.signed_post import SignedPost
from direct_upload.storage import Storage
from direct_upload.workers import STOP_SIGNALS, supervise
from swift_store.settings import Settings

_log = logging.getLogger(__name__)

_BODY_SECONDS = 30
# A ticket of 8 KiB, cookies, and what browsers and proxies add.
_MAX_HEADER_BYTES = 32 << 10
_IDLE_SECONDS = 75
_WEBHOOK_SECONDS = 15


def serve(settings: Settings, sockets: Sequence[socket.socket]) -> None:
    """Serve in this process, or in `settings.workers` children, until SIGINT or SIGTERM."""
    if settings.workers == 1:
        asyncio.run(_serve(settings, sockets))
    else:
        supervise(settings.workers, _work, settings, sockets)


async def _serve(settings: Settings, sockets: Sequence[socket.socket]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)
    parent = multiprocessing.parent_process()
    if parent is not None:
        loop.add_reader(parent.sentinel, stop.set)
    site = make_site(settings)
    server = GuardedServer(
        make_app(site),
        most_connections=affordable_connections(),
        most_waiting_bytes=MOST_WAITING_BYTES,
        max_header_size=_MAX_HEADER_BYTES,
        max_body_size=MAX_BODY_BYTES,
        body_timeout=_BODY_SECONDS,
        idle_connection_timeout=_IDLE_SECONDS,
    )
    connecting = asyncio.create_task(site.storage.connect())
    telling = asyncio.create_task(site.commits.outbox.run())
    server.add_sockets(sockets)
    await stop.wait()
    server.stop()
    connecting.cancel()
    left = await site.drain.stop(settings.stop_timeout)
    if left:
        _log.warning("stopped with %d requests open", left)
    await server.close_all_connections()
    telling.cancel()
    site.commits.close()
    site.storage.close()


def make_site(settings: Settings) -> Site:
    """The real collaborators."""
    storage = Storage(settings)
    admission = Admission(settings, storage, time.time)
    return Site(
        settings=settings,
        storage=storage,
        identity=make_identity(settings, lambda: storage.owner_key),
        tokens=TokenBook(lambda name: storage.run(storage.records.read, name), time.time),
        admission=admission,
        commits=_make_commits(settings, storage, admission),
        metrics=Metrics(),
        drain=Drain(),
        now=time.time,
        randomness=secrets.token_bytes,
    )


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


def _post_to(settings: Settings, url: str | None, seconds: float) -> SignedPost | None:
    if url is None or settings.webhook_secret is None:
        return None
    return SignedPost(url, settings.webhook_secret, seconds=seconds, now=time.time)


def _work(settings: Settings, sockets: Sequence[socket.socket]) -> None:
    access_log.configure(as_json=settings.log_json)
    asyncio.run(_serve(settings, sockets))
