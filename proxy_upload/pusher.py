"""`python -m proxy_upload.pusher`: brings the uploads of the background queue to Swift, and never gives up
early.

Swift being away is no reason to give up: the pauses grow, with some randomness, so that many pushers do not
come back at one moment. Only what Swift refuses again and again ends as `failed`, and keeps its file.
"""

from __future__ import annotations

import fcntl
import logging
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import IO

import click

from proxy_upload import parent_death
from proxy_upload.settings import ProxySettings, from_environ
from proxy_upload.storage import Storage
from proxy_upload.upload_queue import QueuedUpload, UploadQueue
from swift_store.declarations import ConfigurationError
from swift_store.errors import SwiftRefused, SwiftUnavailable

_log = logging.getLogger("proxy_upload.pusher")

_POLL_SECONDS = 0.2
_STORED_SECONDS = 7 * 86400
_MAX_DOUBLINGS = 20


class Pusher:
    """Takes uploads from the queue, one after another; several may share a queue within one process."""

    def __init__(
        self, queue: UploadQueue, storage: Storage, settings: ProxySettings, now: Callable[[], float]
    ) -> None:
        self._queue = queue
        self._storage = storage
        self._settings = settings
        self._now = now

    def push_one(self) -> bool:
        """Push the upload that is due; return False when there is none."""
        upload = self._queue.claim(now=self._now())
        if upload is None:
            return False
        upload_id = upload.names.upload_id
        try:
            self._push(upload)
        except SwiftUnavailable as error:
            _log.warning("%s: attempt %d: %s", upload_id, upload.attempts, error)
            self._postpone(upload, refused=False)
        except (SwiftRefused, OSError) as error:
            _log.error("%s: attempt %d: %s", upload_id, upload.attempts, error)
            self._refuse(upload)
        return True

    def _refuse(self, upload: QueuedUpload) -> None:
        if upload.refusals + 1 >= self._settings.max_refusals:
            self._queue.fail(upload.names.upload_id, now=self._now())
        else:
            self._postpone(upload, refused=True)

    def _push(self, upload: QueuedUpload) -> None:
        path = self._queue.path(upload.names.upload_id)
        with path.open("rb") as file:
            self._storage.put_file(upload.names, upload.part, file, upload.size)
        self._queue.stored(upload.names.upload_id, now=self._now())
        # Behind the row: a crash before this line leaves a file that the next start removes.
        path.unlink(missing_ok=True)
        _log.info("%s: stored, %d bytes", upload.names.upload_id, upload.size)

    def _postpone(self, upload: QueuedUpload, *, refused: bool) -> None:
        pause = pause_seconds(
            upload.attempts,
            self._settings.retry_seconds,
            self._settings.retry_limit,
            random.random(),  # noqa: S311
        )
        now = self._now()
        self._queue.postpone(upload.names.upload_id, due=now + pause, refused=refused, now=now)


def pause_seconds(attempts: int, first: float, limit: float, chance: float) -> float:
    """The pause after so many attempts: doubled each time up to LIMIT; CHANCE (0 to 1) takes at most half."""
    return min(limit, first * 2.0 ** min(attempts - 1, _MAX_DOUBLINGS)) * (1 - chance / 2)


def push_until(stop: threading.Event, pusher: Pusher) -> None:
    """Push what is due, and wait for more; a fault that nobody foresaw must not end the pushing."""
    while not stop.is_set():
        try:
            if pusher.push_one():
                continue
        except Exception:  # noqa: BLE001 - the outermost shell of a thread
            _log.exception("unforeseen error")
        stop.wait(_POLL_SECONDS)


def _hold(settings: ProxySettings) -> IO[str]:
    """Be the only pusher of this folder, as long as the returned file is open."""
    lock = (settings.spool_folder / "pusher.lock").open("a")
    try:
        fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise click.ClickException(f"another pusher works on {settings.spool_folder}") from error
    return lock


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--retry-failed", is_flag=True, help="Queue again what Swift had refused too often.")
def main(*, retry_failed: bool) -> None:
    """Push the uploads of the background queue to Swift, until SIGINT or SIGTERM."""
    parent_death.stop_with_starter()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        settings, proxy = from_environ(os.environ)
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    if settings.swift is None:
        raise click.ClickException("set ST_AUTH, ST_USER and ST_KEY (or OS_*) for your Swift")
    queue = UploadQueue(proxy.spool_folder)
    with _hold(proxy), closing(Storage(settings, proxy)) as storage:
        if retry_failed:
            click.echo(f"{queue.requeue_failed(now=time.time())} uploads queued again")
        queue.recover(now=time.time(), partial_seconds=proxy.worker_timeout, stored_seconds=_STORED_SECONDS)
        _run(Pusher(queue, storage, proxy, time.time), proxy.pushers)


def _run(pusher: Pusher, threads: int) -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    running = [threading.Thread(target=push_until, args=(stop, pusher)) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
