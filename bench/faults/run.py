"""Plays many cells: several at once, each worker with a stage and a browser of its own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from typing import Final

from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserError

from bench.browser.account import AccountFailed
from bench.faults.browser import browser_sender, chromium
from bench.faults.play import Ending, Played, play
from bench.faults.sender import Sender
from bench.faults.stage import Stage, StageFailed, stage
from bench.faults.table import Cell, Client
from bench.faults.terminal import terminal_sender
from swift_store.dev import EmbeddedSwiftError

_FAULTS: Final = (StageFailed, EmbeddedSwiftError, BrowserError, AccountFailed, OSError)


class Matrix:
    """Cells to be played, and what became of them, in the order in which that was known."""

    def __init__(self, cells: Sequence[Cell], chromium: str, show: Callable[[Played], None]) -> None:
        # Another shape needs another stage: those of one shape come together.
        self._waiting = deque(sorted(cells, key=lambda cell: cell.fault.shape.value, reverse=True))
        self._chromium = chromium
        self._show = show
        self._lock = threading.Lock()
        self.played: list[Played] = []

    def run(self, jobs: int) -> None:
        """Play all of them. Raises what a worker could not bear."""
        with ThreadPoolExecutor(jobs, thread_name_prefix="cells") as workers:
            try:
                for done in [workers.submit(self._work) for _ in range(jobs)]:
                    done.result()
            finally:
                # Whoever is interrupted waits for the cells that are being played, and for no others.
                self._waiting.clear()

    def _work(self) -> None:
        with ExitStack() as kept:
            browser = kept.enter_context(chromium(self._chromium))
            stages = kept.enter_context(ExitStack())
            played_on: Stage | None = None
            while (cell := self._next()) is not None:
                try:
                    if played_on is None or played_on.shape is not cell.fault.shape:
                        stages.close()
                        played_on = stages.enter_context(stage(cell.fault.shape))
                    self._note(play(cell, played_on, _client(cell, played_on, browser)))
                except _FAULTS as error:
                    words = " ".join(str(error).split())[:300]
                    self._note(Played(cell.name, Ending.BROKEN, 0.0, "", (f"could not be played: {words}",)))
                    stages.close()
                    played_on = None

    def _next(self) -> Cell | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def _note(self, played: Played) -> None:
        with self._lock:
            self.played.append(played)
            self._show(played)


def _client(cell: Cell, played_on: Stage, browser: Browser) -> AbstractContextManager[Sender]:
    if cell.client is Client.BROWSER:
        return browser_sender(browser, played_on.url)
    return terminal_sender(played_on.url, played_on.folder)
