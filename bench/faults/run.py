"""Plays many cells: several at once, each worker with a stage and a browser of its own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Final, Self

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
            company = kept.enter_context(_Company(self._chromium))
            while (cell := self._next()) is not None:
                try:
                    self._note(company.play(cell))
                except _FAULTS:
                    # A machine that is too busy to start something may not be a moment later.
                    self._note(company.play_at_last(cell))

    def _next(self) -> Cell | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def _note(self, played: Played) -> None:
        with self._lock:
            self.played.append(played)
            self._show(played)


class _Company(AbstractContextManager["_Company"]):
    """What one worker plays with: a browser for all its cells, and a stage as long as it fits."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._kept = ExitStack()
        self._stages = ExitStack()
        self._stage: Stage | None = None

    def __enter__(self) -> Self:
        self._browser = self._kept.enter_context(chromium(self._path))
        self._kept.push(self._stages)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kept.close()

    def play(self, cell: Cell) -> Played:
        try:
            if self._stage is None or self._stage.shape is not cell.fault.shape:
                self._stages.close()
                self._stage = self._stages.enter_context(stage(cell.fault.shape))
            return play(cell, self._stage, self._client(cell, self._stage))
        except _FAULTS:
            self._stage = None
            self._stages.close()
            raise

    def play_at_last(self, cell: Cell) -> Played:
        """The same; that it can't be played is its result."""
        try:
            return self.play(cell)
        except _FAULTS as error:
            words = " ".join(str(error).split())[:300]
            return Played(cell.name, Ending.BROKEN, 0.0, "", (f"could not be played: {words}",))

    def _client(self, cell: Cell, played_on: Stage) -> AbstractContextManager[Sender]:
        if cell.client is Client.BROWSER:
            return browser_sender(self._browser, played_on.url)
        return terminal_sender(played_on.url, played_on.folder)
