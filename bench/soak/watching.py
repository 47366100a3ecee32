"""What every process uses: memory and open files, sampled all the time."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import psutil

from swift_store.dev import EmbeddedSwiftError

_EVERY_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Reading:
    """What the processes of one kind use together. `t` in seconds since the start."""

    t: float
    role: str
    rss_bytes: int
    descriptors: int
    processes: int


class Watching:
    """Samples in a thread from `start` to `stop`. ROOTS are asked each time: processes may be replaced."""

    def __init__(self, roots: Mapping[str, Callable[[], int | None]]) -> None:
        self._roots = roots
        self._stopping = threading.Event()
        self._begun = 0.0
        self._thread = threading.Thread(target=self._run, name="watching")
        self.readings: list[Reading] = []

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(self._roots)

    def start(self) -> None:
        self._begun = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(_EVERY_SECONDS):
            t = round(time.monotonic() - self._begun, 2)
            for role, root in self._roots.items():
                # What is being restarted is not there for a moment.
                with suppress(psutil.Error, EmbeddedSwiftError):
                    pid = root()
                    if pid is not None:
                        self.readings.append(_reading(t, role, _tree(pid, alone=pid == os.getpid())))


def chromium_pid() -> int | None:
    """The browser among our own descendants."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if "chrom" in process.name() and "--type=" not in " ".join(process.cmdline()):
                return process.pid
    return None


def _tree(pid: int, *, alone: bool) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root] if alone else [root, *root.children(recursive=True)]


def _reading(t: float, role: str, processes: Iterable[psutil.Process]) -> Reading:
    rss = descriptors = count = 0
    for process in processes:
        with suppress(psutil.Error):
            rss += process.memory_info().rss
            descriptors += process.num_fds()
            count += 1
    return Reading(t, role, rss, descriptors, count)
