"""Threads that end with the program: a stalled connection must not keep Ctrl-C waiting."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from direct_upload.client.errors import Interrupted

T = TypeVar("T")


class Crew:
    """Runs calls in SIZE threads, in the order in which they were given."""

    def __init__(self, size: int, name: str) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._is_closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            for number in range(size)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, call: Callable[..., T], *arguments: Any) -> Future[T]:
        """What the call will give; `Interrupted` when the threads have been told to end."""
        future: Future[T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(call(*arguments))
            except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
                future.set_exception(error)

        with self._lock:
            if self._is_closed:
                future.set_exception(Interrupted("Stopped."))
            else:
                self._calls.put(run)
        return future

    def close(self) -> None:
        """Let the threads end when all is done; does not wait."""
        with self._lock:
            self._is_closed = True
        for _ in self._threads:
            self._calls.put(None)

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
