"""Interleaved rounds of bursts, so that a slow minute of the machine hits all servers alike."""

import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.control_plane import contestants
from bench.control_plane.commits import Commit, Committer
from bench.control_plane.contestants import Running
from bench.control_plane.load import Burst, burst
from bench.runner import swift
from bench.runner.machine import siblings
from bench.runner.placement import Placement, placement
from bench.runner.swift import storage_folder

_WARM_UP_SECONDS: Final = 1


@dataclass(frozen=True)
class Measured:
    """Everything measured: bursts by server, a burst a round; and commits."""

    bursts: Mapping[str, list[Burst]]
    commits: list[Commit]


def run(
    rounds: int, seconds: int, show: Callable[[str, int, Burst], None], *, with_companion: bool
) -> Measured:
    """Measure on one CPU for the server, and the others for wrk and Swift."""
    placed = placement(os.sched_getaffinity(0), siblings())
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, placed.load_cpus)
    try:
        with tempfile.TemporaryDirectory(prefix="control-plane-") as folder, ExitStack() as started:
            environ, servers = _start(placed, Path(folder), started, with_companion=with_companion)
            bursts: dict[str, list[Burst]] = {name: [] for name in servers}
            for server in servers.values():
                burst(server.ask, _WARM_UP_SECONDS, server.pid, os.environ)
            for number in range(rounds):
                for name, server in servers.items():
                    bursts[name].append(burst(server.ask, seconds, server.pid, os.environ))
                    show(name, number, bursts[name][-1])
            address = servers["site"].ask.url.removesuffix("/api/uploads")
            with closing(Committer(address, environ)) as committer:
                return Measured(bursts, [committer.commit() for _ in range(rounds)])
    finally:
        os.sched_setaffinity(0, before)


def _start(
    placed: Placement, scratch: Path, started: ExitStack, *, with_companion: bool
) -> tuple[Mapping[str, str], dict[str, Running]]:
    cluster = swift.embedded(storage_folder(), scratch / "swift.log", placed.others)
    _, environ = started.enter_context(cluster)
    swift.prepare(environ, scratch / "setup.log", placed.app)
    one, many = started.enter_context(contestants.site(placed, environ, scratch, "asyncio"))
    fast, _ = started.enter_context(contestants.site(placed, environ, scratch, "uvloop"))
    embedded = started.enter_context(contestants.embedded(placed, environ, scratch))
    bare = started.enter_context(contestants.bare(placed, scratch))
    servers = {"site": one, "uvloop": fast, "embedded": embedded, "batch": many, "bare": bare}
    if with_companion:
        contestants.install_companion()
        servers["companion"] = started.enter_context(contestants.companion(placed, scratch))
    return environ, servers
