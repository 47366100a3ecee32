"""A whole soak: the clients send in bad weather until the time is up, then everything is compared."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from bench.faults import invariant
from bench.faults.browser import chromium, open_page
from bench.faults.stage import Stage, stage
from bench.faults.terminal import terminal_sender
from bench.faults.troubles import troubles
from bench.runner.machine import machine
from bench.soak.plan import Item, items, named
from bench.soak.records import Found, Recorded, Soak
from bench.soak.senders import ApiClient, Client, OpenPage, Sent, Terminal, keep_sending
from bench.soak.watching import Watching, chromium_pid
from bench.soak.weather import DISASTERS, Weather

Show = Callable[[Sent], None]
_READY_SECONDS: Final = 120.0
# Disasters come in the first quarter: after them, memory and open files are judged.
_DISASTER_SHARES: Final = (0.08, 0.16)
_LOGS: Final = "*.log"


@dataclass(frozen=True)
class Wishes:
    """`clients` are names of `CLIENTS`."""

    seconds: float
    seed: int
    chromium: str
    clients: Sequence[str]


class _Session:
    """What the threads of one soak share."""

    def __init__(self, played_on: Stage, wishes: Wishes, show: Show) -> None:
        self.stage = played_on
        self.wishes = wishes
        self.stopping = threading.Event()
        self.all_ready = threading.Barrier(len(wishes.clients) + 1, timeout=_READY_SECONDS)
        self.sent: list[Sent] = []
        self._show = show
        self._lock = threading.Lock()

    def send(self, name: str) -> None:
        """Be one client until the soak ends."""
        with ExitStack() as stack:
            client = CLIENTS[name](self, stack)
            folder = self.stage.folder / f"files-{name}"
            folder.mkdir()
            self.all_ready.wait()
            for sent in keep_sending(client, items(name, self.wishes.seed), folder, self.stopping):
                with self._lock:
                    self.sent.append(sent)
                    self._show(sent)


def _browser(session: _Session, stack: ExitStack) -> Client:
    browser = stack.enter_context(chromium(session.wishes.chromium))
    return OpenPage(stack.enter_context(open_page(browser, session.stage.url)))


def _terminal(session: _Session, stack: ExitStack) -> Client:
    return Terminal(stack.enter_context(terminal_sender(session.stage.url, session.stage.folder)))


def _api(session: _Session, stack: ExitStack) -> Client:
    client = ApiClient(session.stage.url)
    stack.callback(client.close)
    return client


CLIENTS: Final[dict[str, Callable[[_Session, ExitStack], Client]]] = {
    "browser": _browser,
    "terminal": _terminal,
    "api": _api,
}


def run(wishes: Wishes, show: Show) -> Recorded:
    """Send for so long, then look at all that is stored, and at the logs."""
    started_at = datetime.now().astimezone().isoformat(timespec="seconds")
    with stage(on_disk=True) as played_on:
        session = _Session(played_on, wishes, show)
        weather, watching = Weather(played_on, wishes.seed), _watching(played_on, wishes)
        with ThreadPoolExecutor(len(wishes.clients), thread_name_prefix="soak") as threads:
            working = [threads.submit(session.send, name) for name in wishes.clients]
            session.all_ready.wait()
            begun = time.monotonic()
            watching.start()
            weather.start()
            try:
                _wait(begun, wishes.seconds, weather, working)
            finally:
                # Before the clients come to their ends: what is idle says nothing.
                watching.stop()
                weather.stop()
                session.stopping.set()
            for one in working:
                one.result()
        soak = Soak(
            started_at=started_at,
            seconds=round(time.monotonic() - begun, 1),
            seed=wishes.seed,
            clients=tuple(wishes.clients),
            watched=watching.roles,
            machine=machine(),
            found=compare(played_on, session.sent),
            troubles=_troubles(played_on),
        )
    return Recorded(soak, session.sent, weather.gusts, watching.readings)


def _wait(begun: float, seconds: float, weather: Weather, working: Sequence[object]) -> None:
    """Let the time pass; have the disasters at theirs. Ends early when a client has."""
    coming = list(zip(_DISASTER_SHARES, DISASTERS, strict=True))
    while (passed := time.monotonic() - begun) < seconds:
        if coming and passed > coming[0][0] * seconds:
            weather.disaster(coming.pop(0)[1])
        if any(getattr(one, "done")() for one in working):  # noqa: B009 - futures of different kinds
            return
        time.sleep(0.2)


def _watching(played_on: Stage, wishes: Wishes) -> Watching:
    roots: dict[str, Callable[[], int | None]] = {
        "site": lambda: None if played_on.site is None else played_on.site.pid,
        "Swift": lambda: played_on.swift.pid,
        "the soak itself": os.getpid,
    }
    return Watching(roots | ({"Chromium": chromium_pid} if "browser" in wishes.clients else {}))


def compare(played_on: Stage, sent: Sequence[Sent]) -> Found:
    """Compare every visible file with its source, sweep, and count what is left over."""
    account = played_on.account()
    invariant.until_settled(account)
    _, before = invariant.contents(account)
    invariant.sweep(played_on)
    files, orphans = invariant.contents(account)
    wrong, seen = [], Counter[Item]()
    for name in files:
        item = named(name.rpartition("/")[2])
        if item is None or invariant.read(account, name) != item.content:
            wrong.append(name)
        else:
            seen[item] += 1
    there = {item.name for item in seen}
    return Found(
        files=len(files),
        compared_bytes=sum(item.size * count for item, count in seen.items()),
        wrong=tuple(wrong),
        lost=tuple(one.name for one in sent if one.is_stored and one.name not in there),
        twice=tuple(item.name for item, count in seen.items() if count > 1),
        orphans=len(orphans),
        left_before_sweep=len(before),
    )


def _troubles(played_on: Stage) -> Counter[str]:
    swift: Path = played_on.folder / "swift" / "log"
    logs = [played_on.site_log, *sorted(swift.glob(_LOGS))]
    return Counter(line for log in logs for line in troubles(log.read_text(errors="replace")))
