"""The ways of running the site that are compared: a table. A new way is a new entry in `CONTENDERS`."""

import shutil
import sys
from dataclasses import dataclass
from enum import StrEnum

from bench.records import Architecture

WORKERS = 3
"""Processes of each server under test: gunicorn's rule of thumb, two for each CPU and one more."""

_THREADS = 10


class Way(StrEnum):
    DIRECT = "direct"
    PROXY = "proxy"


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One way of running the site.

    `holds_a_thread`: an upload keeps a worker's thread from anything else until it is done. `page` is the
    small page that visitors ask for, `ready` one that answers when uploads can begin. `behind_nginx`: nginx
    takes each upload whole, and only then passes it on.
    """

    name: str
    label: str
    description: str
    way: Way = Way.PROXY
    push: str = ""
    worker_class: str = ""
    input: str = "plain"
    threads: int = 1
    holds_a_thread: bool = False
    behind_nginx: bool = False
    page: str = "/ping"
    ready: str = "/ping"

    def record(self, workers: int) -> Architecture:
        """What the raw data tell of it."""
        return Architecture(
            name=self.name,
            label=self.label,
            way=self.way,
            workers=workers,
            threads=self.threads,
            worker_class=self.worker_class,
            push=self.push,
            input=self.input if self.way is Way.PROXY else "",
            concurrency=workers * self.threads if self.holds_a_thread else None,
            description=self.description,
        )

    def command(self, workers: int, port: int) -> list[str]:
        """The server's command line; it listens on PORT of 127.0.0.1."""
        listen = [f"--workers={workers}", "--host=127.0.0.1", f"--port={port}"]
        if self.way is Way.DIRECT:
            return [sys.executable, "-m", "direct_upload", "serve", *listen]
        variant = [f"--push={self.push}", f"--worker={self.worker_class}", f"--input={self.input}"]
        return [sys.executable, "-m", "proxy_upload", *variant, f"--threads={self.threads}", *listen]


CONTENDERS: tuple[Contender, ...] = (
    Contender(
        name="direct",
        label="Direct to Swift",
        description="The browser sends to Swift; Tornado signs before and commits after.",
        way=Way.DIRECT,
        worker_class="tornado",
        page="/healthz",
        ready="/readyz",
    ),
    Contender(
        name="spool-sync",
        label="Proxy, sync",
        description="gunicorn's default worker: one request at a time; temporary file, then push to Swift.",
        push="spool",
        worker_class="sync",
        holds_a_thread=True,
    ),
    Contender(
        name="spool-gthread",
        label="Proxy, threads",
        description=f"{_THREADS} threads a process; temporary file, then push to Swift.",
        push="spool",
        worker_class="gthread",
        threads=_THREADS,
        holds_a_thread=True,
    ),
    Contender(
        name="spool-gevent",
        label="Proxy, gevent",
        description="gevent as it comes; temporary file, then push to Swift.",
        push="spool",
        worker_class="gevent",
    ),
    Contender(
        name="spool-gevent-cooperative",
        label="Proxy, gevent, cooperative reads",
        description="gevent with the reader that yields, disk work in threads; then push to Swift.",
        push="spool",
        worker_class="gevent",
        input="cooperative",
    ),
    Contender(
        name="background-sync",
        label="Proxy, sync, pushed later",
        description="Sync workers answer when the file is on disk; a process of its own pushes it to Swift. "
        "An upload counts as done when it was accepted.",
        push="background",
        worker_class="sync",
        holds_a_thread=True,
    ),
    Contender(
        name="stream-gevent-cooperative",
        label="Proxy, gevent, streamed",
        description="gevent with the reader that yields; pushed to Swift while it arrives, no local file.",
        push="stream",
        worker_class="gevent",
        input="cooperative",
    ),
    Contender(
        name="stream-tornado",
        label="Proxy, Tornado, streamed",
        description="Tornado takes the body as it arrives and pushes it to Swift with back-pressure.",
        push="stream",
        worker_class="tornado",
    ),
    Contender(
        name="nginx-spool-sync",
        label="nginx before sync",
        description="nginx stores each upload whole and passes it on to sync workers at full speed; "
        "nginx runs one process besides theirs, on the same CPU.",
        push="spool",
        worker_class="sync",
        behind_nginx=True,
    ),
)


def available() -> tuple[Contender, ...]:
    """The contenders that this machine can run: the one behind nginx needs nginx on PATH."""
    return tuple(one for one in CONTENDERS if not one.behind_nginx or shutil.which("nginx"))
