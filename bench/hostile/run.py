"""A whole hostile run: what is missing in its folder is measured, attack by attack; what exists is kept."""

import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.hostile.attacks import Attack
from bench.hostile.measure import Rig, measure
from bench.hostile.records import (
    Attacked,
    HostileRun,
    Schedule,
    is_measured,
    read_run,
    write_attacked,
    write_run,
)
from bench.rows import RecordError
from bench.runner.machine import busy_share, machine, siblings, versions
from bench.runner.placement import Placement, placement
from bench.runner.run import RunRefused
from bench.runner.swift import storage_folder

# Long enough for the site's own patience with idle connections, 75 seconds, to end within the attack.
FULL = Schedule(warmup_seconds=3, before_seconds=20, attack_seconds=100, after_seconds=20, visit_rate=100)
QUICK = Schedule(warmup_seconds=1.5, before_seconds=3, attack_seconds=6, after_seconds=3, visit_rate=100)
_BUSY = 0.15
_LOOK_SECONDS = 1.0


def run(
    folder: Path, attacks: Sequence[Attack], schedule: Schedule, show: Callable[[Attack, Attacked], None]
) -> None:
    """Measure what is missing in FOLDER; tell of each attack. May be killed and called again."""
    placed = placement(os.sched_getaffinity(0), siblings())
    _begin(folder, attacks, schedule, placed)
    before = os.sched_getaffinity(0)
    # We count and write while the site is measured: on the other CPU.
    os.sched_setaffinity(0, placed.load_cpus)
    try:
        for attack in attacks:
            if not is_measured(folder, attack):
                with tempfile.TemporaryDirectory(prefix="hostile-") as scratch:
                    attacked = measure(attack, Rig(schedule, placed, storage_folder()), Path(scratch))
                write_attacked(folder, attack, attacked)
                show(attack, attacked)
    finally:
        os.sched_setaffinity(0, before)


def _begin(folder: Path, attacks: Sequence[Attack], schedule: Schedule, placed: Placement) -> None:
    """Write what this run is, unless the folder holds the same run already."""
    try:
        found = read_run(folder)
    except RecordError:
        write_run(folder, _record(attacks, schedule, placed))
        return
    if (found.attacks, found.schedule) != (tuple(attacks), schedule):
        raise RunRefused(f"{folder} holds a run with other attacks or times: choose another folder")


def _record(attacks: Sequence[Attack], schedule: Schedule, placed: Placement) -> HostileRun:
    share = busy_share(_LOOK_SECONDS)
    warnings = (f"Before anything was started, other programs used {share:.0%} of the machine.",)
    return HostileRun(
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=machine(),
        schedule=schedule,
        attacks=tuple(attacks),
        versions=versions(),
        affinity=placed.as_record(),
        warnings=warnings if share > _BUSY else (),
    )
