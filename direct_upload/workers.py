"""Several processes on one port: started, replaced when one ends, and stopped together."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from prometheus_client.multiprocess import mark_process_dead

from direct_upload.metrics import MULTIPROCESS_VARIABLE

_log = logging.getLogger(__name__)

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_PAUSE_SECONDS = 1


def supervise(count: int, work: Callable[..., None], *arguments: object) -> None:
    """Run WORK(*ARGUMENTS) in COUNT processes until SIGINT or SIGTERM; wait for their orderly end."""
    # "spawn", because a forked child would inherit the threads' locks and the embedded Swift's pipe.
    context = multiprocessing.get_context("spawn")
    stop_reader, stop_writer = os.pipe()
    for number in STOP_SIGNALS:
        signal.signal(number, lambda *_: os.write(stop_writer, b"."))

    def start() -> BaseProcess:
        worker = context.Process(target=_work, args=(work, *arguments))
        worker.start()
        return worker

    with _shared_metrics():
        workers = [start() for _ in range(count)]
        while stop_reader not in (ready := wait([stop_reader, *(worker.sentinel for worker in workers)])):
            for index, worker in enumerate(workers):
                if worker.sentinel in ready:
                    _log.error("worker %s ended with %s, starting another", worker.pid, worker.exitcode)
                    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
                    time.sleep(_PAUSE_SECONDS)
                    workers[index] = start()
        _end(workers)


def _end(workers: list[BaseProcess]) -> None:
    for worker in workers:
        with contextlib.suppress(ProcessLookupError):
            worker.terminate()
    for worker in workers:
        worker.join()


@contextlib.contextmanager
def _shared_metrics() -> Iterator[None]:
    """A folder in which the workers' counters meet; prometheus_client looks for it when it is imported."""
    with tempfile.TemporaryDirectory(prefix="direct-upload-metrics-", ignore_cleanup_errors=True) as folder:
        os.environ[MULTIPROCESS_VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[MULTIPROCESS_VARIABLE]


def _work(work: Callable[..., None], *arguments: object) -> None:
    parent = multiprocessing.parent_process()
    try:
        work(*arguments)
    finally:
        if parent is not None and not parent.is_alive():
            # It was killed and could not tidy up.
            shutil.rmtree(os.environ[MULTIPROCESS_VARIABLE], ignore_errors=True)
