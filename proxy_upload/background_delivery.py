"""`background`: the file goes to a durable queue on the disk; the pusher, another process, brings it to
Swift.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy_upload.delivery import Incoming, Queued
from proxy_upload.form import FormLimits
from proxy_upload.kept_file import KeptFile, Run
from proxy_upload.spooled_form import full_spool, spooled_form
from proxy_upload.spooling import Budget
from proxy_upload.upload_queue import UploadQueue


class BackgroundDelivery:
    """Answers once file and row are on the disk. Swift is not asked: it may be down meanwhile."""

    def __init__(
        self, queue: UploadQueue, limits: FormLimits, budget: Budget, run: Run, now: Callable[[], float]
    ) -> None:
        self._queue = queue
        self._limits = limits
        self._budget = budget
        self._run = run
        self._now = now

    def deliver(self, incoming: Incoming) -> Queued:
        upload_id = incoming.upload_id
        partial = self._queue.partial_path(upload_id)
        with spooled_form(
            incoming, self._limits, lambda: KeptFile(partial, self._budget, self._run)
        ) as spooled:
            names = incoming.names(spooled.part)

            def promise() -> None:
                self._queue.add(names, spooled.part, spooled.size, now=self._now())

            try:
                spooled.file.keep(self._queue.path(upload_id), promise)
            except OSError as error:
                raise full_spool(error) from error
        return Queued(upload_id)
