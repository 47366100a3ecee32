"""A person at the site's page in a real Chromium."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from bench.faults.sender import Sight, State

_SWITCHES: Final = ("--no-sandbox", "--disable-background-networking", "--disable-component-update")
_PAUSE_SECONDS: Final = 0.03
_TASK_SECONDS: Final = 20.0
_START_MS: Final = 60_000
# Of the page's own time, when it does nothing but wait.
_LEAP_MS: Final = 2_000
_UNDO_MS: Final = 11_000
_LOOK: Final = """() => {
  const text = (root, id) => root?.querySelector(`[data-testid=${id}]`)?.textContent ?? "";
  const uploads = [...document.querySelectorAll("[data-testid=upload-row]")];
  const upload = uploads.find((row) => row.dataset.state !== "cancelled") ?? uploads[0];
  const file = document.querySelector("[data-testid=file-row]");
  return {
    state: upload?.dataset.state ?? null,
    tone: upload?.dataset.tone ?? null,
    words: text(upload, "upload-error") || text(upload, "upload-status"),
    stored: file !== null,
    undo: document.querySelector("[data-testid=undo-bar]") !== null,
    fileError: text(file, "file-error"),
  };
}"""


def _as_it_is(_page: Page) -> None:
    pass


@contextmanager
def chromium(path: str | None) -> Iterator[Browser]:
    """A Chromium for many cells. It belongs to the thread that opened it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_SWITCHES))
        try:
            yield browser
        finally:
            browser.close()


class BrowserSender:
    """Every cell has a context of its own, and so an owner of its own."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._tasks: queue.Queue[tuple[Callable[[], None], threading.Event]] = queue.Queue()
        self._is_deleting = False

    def begin(self, source: Path) -> None:
        self._page.get_by_test_id("file-input").set_input_files(source)

    def look(self, *, in_a_hurry: bool) -> Sight:
        self._do_tasks()
        seen = self._page.evaluate(_LOOK)
        if self._is_deleting:
            return self._deletion(seen, in_a_hurry=in_a_hurry)
        state = _STATES.get(seen["state"], State.BUSY)
        if state is State.BUSY and seen["tone"] == "waiting":
            state = State.TROUBLED
        if state is State.TROUBLED or in_a_hurry:
            self._page.clock.run_for(_LEAP_MS)
        elif state is State.BUSY:
            time.sleep(_PAUSE_SECONDS)
        return Sight(state, seen["words"])

    def again(self, source: Path) -> None:
        retry = self._page.get_by_test_id("upload-retry")
        if self._is_deleting:
            self.delete()
        elif retry.count():
            retry.click()
        elif source.exists():
            self._page.get_by_test_id("upload-cancel").click()
            self.begin(source)

    def delete(self) -> None:
        self._is_deleting = True
        self._page.get_by_test_id("file-delete").click()
        self._page.clock.run_for(_UNDO_MS)

    def set_clock(self, ahead_seconds: float) -> None:
        later = datetime.now(UTC) + timedelta(seconds=ahead_seconds)
        self._ask(lambda: self._page.clock.set_system_time(later))

    def lose_names(self) -> None:
        def fail() -> None:
            self._page.route("**", lambda route: route.abort("namenotresolved"))

        self._ask(fail)

    def find_names(self) -> None:
        self._page.unroute("**")

    def _deletion(self, seen: dict[str, object], *, in_a_hurry: bool) -> Sight:
        if in_a_hurry:
            self._page.clock.run_for(_LEAP_MS)
        time.sleep(_PAUSE_SECONDS)
        if seen["fileError"]:
            return Sight(State.FAILED, str(seen["fileError"]))
        is_over = not seen["stored"] and not seen["undo"]
        return Sight(State.DELETED if is_over else State.BUSY)

    def _ask(self, task: Callable[[], None]) -> None:
        done = threading.Event()
        self._tasks.put((task, done))
        done.wait(_TASK_SECONDS)

    def _do_tasks(self) -> None:
        while not self._tasks.empty():
            task, done = self._tasks.get()
            task()
            done.set()


_STATES: Final = {
    "done": State.STORED,
    "failed": State.FAILED,
    "interrupted": State.FAILED,
    "cancelled": State.FAILED,
}


@contextmanager
def open_page(browser: Browser, url: str, prepare: Callable[[Page], None] = _as_it_is) -> Iterator[Page]:
    """The site's page, ready to take files, for somebody new to it. PREPARE has it before it is opened."""
    context = browser.new_context(locale="en-GB")
    try:
        page = context.new_page()
        prepare(page)
        page.goto(url, timeout=_START_MS)
        page.get_by_test_id("file-input").wait_for(state="attached", timeout=_START_MS)
        yield page
    finally:
        context.close()


@contextmanager
def browser_sender(
    browser: Browser, url: str, prepare: Callable[[Page], None] = _as_it_is
) -> Iterator[BrowserSender]:
    """Somebody who has just opened the page, after PREPARE had it. Its time can be made to pass faster."""

    def with_clock(page: Page) -> None:
        prepare(page)
        page.clock.install()

    with open_page(browser, url, with_clock) as page:
        yield BrowserSender(page)
