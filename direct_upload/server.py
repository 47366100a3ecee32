"""Runs the site in a process: what it is made of, signals, and a stop that loses no request."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import socket
import time
from collections.abc import Sequence

from direct_upload import access_log, event_loop
from direct_upload.app import make_app
from direct_upload.connection_guard import MOST_WAITING_BYTES, GuardedServer, affordable_connections
from direct_upload.core.body_size import MAX_BODY_BYTES
from direct_upload.core.making import make_service, running
from direct_upload.drain import Drain
from direct_upload.handlers import Site
from direct_upload.identity import Identity
from direct_upload.identity.choice import make_identity
from direct_upload.identity.tokens import TokenBook
from direct_upload.pulse import feel_pulse
from direct_upload.workers import STOP_SIGNALS, supervise
from swift_store.settings import Settings

_log = logging.getLogger(__name__)

_BODY_SECONDS = 30
# The largest part of the page over a line of 20 kbit/s.
_ANSWER_SECONDS = 120
# A ticket of 8 KiB, cookies, and what browsers and proxies add.
_MAX_HEADER_BYTES = 32 << 10
_IDLE_SECONDS = 75
# A worker that has not signed in to Swift would refuse what another one takes, so it is given a moment.
_SIGN_IN_SECONDS = 2.0


def serve(settings: Settings, sockets: Sequence[socket.socket]) -> None:
    """Serve in this process, or in `settings.workers` children, until SIGINT or SIGTERM."""
    if settings.workers == 1:
        event_loop.run(_serve(settings, sockets), settings)
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
        answer_timeout=_ANSWER_SECONDS,
        max_header_size=_MAX_HEADER_BYTES,
        max_body_size=MAX_BODY_BYTES,
        body_timeout=_BODY_SECONDS,
        idle_connection_timeout=_IDLE_SECONDS,
    )
    pulse = asyncio.create_task(feel_pulse(site.metrics, lambda: server.open_connections))
    async with running(site.uploads, patience=_SIGN_IN_SECONDS):
        server.add_sockets(sockets)
        await stop.wait()
        server.stop()
        left = await site.drain.stop(settings.stop_timeout)
        if left:
            _log.warning("stopped with %d requests open", left)
        await server.close_all_connections()
    pulse.cancel()


def make_site(settings: Settings, prefix: str = "", identity: Identity | None = None) -> Site:
    """The real collaborators. An IDENTITY of somebody else's takes the place of the settings' own."""
    uploads = make_service(settings, prefix)
    storage = uploads.storage
    return Site(
        settings=settings,
        uploads=uploads,
        storage=storage,
        identity=identity or make_identity(settings, lambda: storage.owner_key),
        tokens=TokenBook(
            lambda name: storage.run(storage.records.read, name), lambda: storage.owner_key, time.time
        ),
        commits=uploads.commits,
        metrics=uploads.metrics,
        drain=Drain(),
        now=uploads.now,
        randomness=uploads.randomness,
    )


def _work(settings: Settings, sockets: Sequence[socket.socket]) -> None:
    access_log.configure(as_json=settings.log_json)
    event_loop.run(_serve(settings, sockets), settings)
