"""Counts what has moved of one file, and tells it now and then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from direct_upload.client.values import Phase, Progress

_TELL_SECONDS = 0.1

Observer = Callable[[Progress], None]


class Meter:
    """Threads may share it; the observer is called from any of them, from one at a time."""

    def __init__(self, source: str, name: str, observer: Observer | None) -> None:
        self.size = 0
        self._names = source, name
        self._observer = observer
        self._lock = threading.Lock()
        self._moved = self._resumed = 0
        self._phase = Phase.SENDING
        self._told_at = 0.0

    def moved(self, size: int, *, was_there: bool = False) -> None:
        """So many bytes more; fewer when they have to be sent again."""
        with self._lock:
            self._moved += size
            self._resumed += size if was_there else 0
            if time.monotonic() - self._told_at >= _TELL_SECONDS:
                self._tell()

    def enter(self, phase: Phase) -> None:
        with self._lock:
            self._phase = phase
            self._tell()

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        if self._observer is not None:
            self._observer(Progress(*self._names, self.size, self._moved, self._phase, self._resumed))
