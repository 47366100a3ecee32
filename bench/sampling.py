"""What process trees use: CPU, memory, connections and disk, read once in a while."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from bench.records import Role, Sample

_BLOCK_BYTES = 512


class Trees:
    """The processes of each role: trees below the given roots, which are not counted as memory themselves.

    A root is a warden: its own use is ours, but the CPU time of what ended below it shows there.
    """

    def __init__(self, roots: Mapping[Role, Iterable[int]], spool: Path | None = None) -> None:
        self._roots = {role: [psutil.Process(pid) for pid in pids] for role, pids in roots.items()}
        self._spool = spool

    def sample(self, t: float) -> list[Sample]:
        """One sample of each role, stamped T. Processes that end meanwhile count no more."""
        return [self._of(role, t) for role in self._roots]

    def _of(self, role: Role, t: float) -> Sample:
        roots = self._roots[role]
        below = [process for root in roots for process in _descendants(root)]
        open_files = [entry for process in below for entry in _open_files(process.pid)]
        sockets = sum(stat.S_ISSOCK(entry.st_mode) for entry in open_files)
        disk = _disk_bytes(self._spool, open_files) if role is Role.APP and self._spool else None
        return Sample(
            t=t,
            role=role,
            cpu_seconds=sum(map(_cpu_seconds, below)) + sum(map(_ended_children_seconds, roots)),
            rss_bytes=sum(map(_rss_bytes, below)),
            connections=sockets,
            disk_bytes=disk,
            processes=len(below),
        )


def _descendants(root: psutil.Process) -> list[psutil.Process]:
    try:
        return root.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _cpu_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _ended_children_seconds(root: psutil.Process) -> float:
    try:
        times = root.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.children_user + times.children_system)


def _rss_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _open_files(pid: int) -> list[os.stat_result]:
    """What stands behind each open descriptor: psutil leaves out files without a name, which spools are."""
    return list(_stats(Path(f"/proc/{pid}/fd"), follow=True))


def _disk_bytes(spool: Path, open_files: Iterable[os.stat_result]) -> int:
    """What the spool folder holds, and the files that are open without having a name any more."""
    nameless = (entry for entry in open_files if stat.S_ISREG(entry.st_mode) and entry.st_nlink == 0)
    blocks = {(entry.st_dev, entry.st_ino): entry.st_blocks for entry in (*_below(spool), *nameless)}
    return sum(blocks.values()) * _BLOCK_BYTES


def _below(folder: Path) -> Iterator[os.stat_result]:
    for parent, _, _ in os.walk(folder):
        yield from (entry for entry in _stats(Path(parent), follow=False) if stat.S_ISREG(entry.st_mode))


def _stats(folder: Path, *, follow: bool) -> Iterator[os.stat_result]:
    """Of all entries of a folder; what vanishes meanwhile is left out."""
    with suppress(OSError):
        for entry in folder.iterdir():
            with suppress(OSError):
                yield entry.stat(follow_symlinks=follow)
