"""A whole run: what is missing in its folder is measured, cell by cell; what exists is kept."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bench.architectures import WORKERS, Contender
from bench.records import Caution, Cell, Code, Run, measured_cells, read_run, write_run
from bench.rows import RecordError
from bench.runner.cell import Rig, measure
from bench.runner.machine import busy_share, machine, siblings, versions
from bench.runner.placement import Placement, placement
from bench.runner.plan import Step, steps
from bench.runner.swift import storage_folder
from bench.scenarios import Profile

_BUSY = 0.15
_LOOK_SECONDS = 1.0


class RunRefused(Exception):
    """The run can't be made, or not in this folder; the message says why and what to do."""


@dataclass(frozen=True)
class Wishes:
    """What a run is asked for: as in `Rig`, and `strict`, which refuses a busy machine."""

    profile: Profile
    contenders: Sequence[Contender]
    workers: int = WORKERS
    locust_processes: int = 1
    server_url: str | None = None
    swift_environ: Mapping[str, str] | None = None
    strict: bool = False


Show = Callable[[Step, Cell], None]


def missing(folder: Path, wishes: Wishes) -> list[Step]:
    """The steps that have not been measured in this folder."""
    done = set(measured_cells(folder))
    return [step for step in steps(wishes.profile, wishes.contenders) if step.key not in done]


def run(folder: Path, wishes: Wishes, show: Show) -> None:
    """Measure what is missing in FOLDER; tell of each cell. May be killed at any moment and called again."""
    folder.mkdir(parents=True, exist_ok=True)
    with _held(folder), _pinned(placement(os.sched_getaffinity(0), siblings())) as placed:
        _remove_leftovers(folder)
        record = _begun(folder, _record(wishes, placed))
        for step in missing(folder, wishes):
            with _scratch(folder) as scratch:
                show(step, measure(step, _rig(folder, wishes, placed), scratch))
        write_run(folder, replace(record, finished_at=_now()))


def _rig(folder: Path, wishes: Wishes, placed: Placement) -> Rig:
    return Rig(
        folder=folder,
        storage=storage_folder(),
        placement=placed,
        workers=wishes.workers,
        warmup_seconds=wishes.profile.warmup_seconds,
        locust_processes=wishes.locust_processes,
        swift_environ=wishes.swift_environ,
        server_url=wishes.server_url,
    )


def _record(wishes: Wishes, placed: Placement) -> Run:
    profile = wishes.profile
    return Run(
        profile=profile.name,
        started_at=_now(),
        machine=machine(),
        architectures=tuple(one.record(wishes.workers) for one in wishes.contenders),
        scenarios=profile.scenarios,
        versions=versions(),
        affinity=placed.as_record(),
        settings={
            "warmup_seconds": profile.warmup_seconds,
            "repetitions": profile.repetitions,
            "locust processes": wishes.locust_processes,
            "server": wishes.server_url or "started for each cell",
            "swift": "elsewhere"
            if wishes.swift_environ or wishes.server_url
            else "embedded, new for each cell",
            "swift's data": str(storage_folder()),
            "visits": "a new connection each",
        },
        warnings=_busy_machine(strict=wishes.strict),
    )


def _busy_machine(*, strict: bool) -> tuple[Caution, ...]:
    share = busy_share(_LOOK_SECONDS)
    if share <= _BUSY:
        return ()
    text = f"Before anything was started, other programs used {share:.0%} of the machine."
    if strict:
        raise RunRefused(f"{text} End them, or measure without --strict.")
    return (Caution(Code.NOISY_MACHINE, text),)


def _begun(folder: Path, wanted: Run) -> Run:
    """The record of this folder's run: the one that stands there, if it is for the same measurements."""
    try:
        found = read_run(folder)
    except RecordError:
        if (folder / "run.json").exists():
            raise
        write_run(folder, wanted)
        return wanted
    for field in ("profile", "architectures", "scenarios", "settings", "machine"):
        if getattr(found, field) != getattr(wanted, field):
            raise RunRefused(f"{folder} holds a run with other {field}: choose another folder")
    # Of a continued run both parts count: what was doubtful in either is.
    continued = replace(found, warnings=tuple(dict.fromkeys((*found.warnings, *wanted.warnings))))
    write_run(folder, continued)
    return continued


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunRefused(f"another run is measuring into {folder}") from error
        yield


@contextmanager
def _pinned(placed: Placement) -> Iterator[Placement]:
    """Keep this process off the CPU of the server under test."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, placed.load_cpus)
    try:
        yield placed
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder for one cell's logs, rows and temporary files, on the disk of the results."""
    scratch = Path(tempfile.mkdtemp(prefix=".scratch-", dir=folder))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _remove_leftovers(folder: Path) -> None:
    """What a killed run left behind: it was the only one here, by the lock."""
    for pattern in (".scratch-*", "cells/*/*/.*"):
        for leftover in folder.glob(pattern):
            shutil.rmtree(leftover, ignore_errors=True)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
