"""What processes use while something happens: CPU time of a browser's processes, Swift and the site."""

import threading
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

import psutil

from bench.browser.records import Usage

_PAUSE_SECONDS: Final = 0.1


class Watch:
    """Sums up what is used between its beginning and its end; a context manager."""

    def __init__(self, chromium_pid: int | None, swift_pid: int, site: psutil.Process) -> None:
        family = _family(chromium_pid)
        self._renderers = [process for process in family if _is_renderer(process)]
        self._browser = [process for process in family if process not in self._renderers]
        self._swift = [psutil.Process(swift_pid)]
        self._site = [site]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, name="memory")
        self._peak = 0

    def __enter__(self) -> Self:
        self._before = self._used()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        after = self._used()
        self._spent = [now - before for now, before in zip(after, self._before, strict=True)]
        self._ended.set()
        self._thread.join()

    def usage(self, curl: float = 0.0) -> Usage:
        """CPU seconds, after the end."""
        renderer, browser, swift, site = self._spent
        return Usage(renderer, browser, swift, site, curl)

    @property
    def renderer_peak_bytes(self) -> int | None:
        """The most memory of its own that one renderer held: the page's, its workers included."""
        return self._peak or None

    def _used(self) -> list[float]:
        return [_cpu(group) for group in (self._renderers, self._browser, self._swift, self._site)]

    def _sample(self) -> None:
        while self._renderers and not self._ended.wait(_PAUSE_SECONDS):
            for process in self._renderers:
                with suppress(psutil.Error):
                    memory = process.memory_info()
                    self._peak = max(self._peak, memory.rss - memory.shared)


def _family(pid: int | None) -> list[psutil.Process]:
    if pid is None:
        return []
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def _is_renderer(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return "--type=renderer" in " ".join(process.cmdline())
    return False


def _cpu(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total
