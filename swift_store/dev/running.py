"""Finding the cluster that another process runs on a data folder."""

from __future__ import annotations

import fcntl
from collections.abc import Mapping
from pathlib import Path

from swift_store.dev.announcement import parse


def running_cluster(root: Path) -> Mapping[str, str] | None:
    """How to reach the cluster that runs on ROOT, as `ST_*` variables; None when none does."""
    try:
        announced = parse((root / "environ").read_text())
    except FileNotFoundError:
        return None
    # A cluster that was killed leaves its file behind, but not its lock.
    return announced.environ if announced.complete and _held(root / "lock") else None


def _held(lock: Path) -> bool:
    with lock.open("a") as file:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
