"""Measures one cell: everything is started anew, warmed up, watched, ended, and written down."""

import math
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.records import (
    SAMPLES,
    UPLOADS,
    VISITS,
    Caution,
    Cell,
    Code,
    Role,
    Sample,
    Status,
    Upload,
    Visit,
    new_cell,
    write_cell,
)
from bench.rows import RowWriter
from bench.runner import swift
from bench.runner.doubts import doubts
from bench.runner.generators import Crowd, Generators, generators
from bench.runner.harvest import Harvest, Window, harvest
from bench.runner.machine import CpuClock
from bench.runner.placement import Placement
from bench.runner.plan import Step
from bench.runner.ports import free_port, url
from bench.runner.server import Launch, ServerFailed, running
from bench.runner.swift import SwiftFailed
from bench.runner.ward import Ward
from bench.sampling import Trees
from bench.users.handover import now


@dataclass(frozen=True)
class Rig:
    """What all cells of a run share.

    `swift_environ`: a Swift that is there already; None for an embedded one in `storage`. `server_url`: a
    server that is there already; then neither is started, and of their processes nothing is known.
    """

    folder: Path
    storage: Path
    placement: Placement
    workers: int
    warmup_seconds: float
    locust_processes: int = 1
    swift_environ: Mapping[str, str] | None = None
    server_url: str | None = None


@dataclass(frozen=True)
class Stage:
    """What was started for a cell besides the clients, and where the server keeps its temporary files."""

    app: tuple[Ward, ...] = ()
    swift: tuple[Ward, ...] = ()
    spool: Path | None = None

    @property
    def roots(self) -> dict[Role, list[int]]:
        """The roots of the process trees of the roles that run here."""
        wards = {Role.APP: self.app, Role.SWIFT: self.swift}
        return {role: [ward.pid for ward in mine] for role, mine in wards.items() if mine}


@dataclass(frozen=True)
class Measured:
    """A cell with its rows, before they are written."""

    cell: Cell
    rows: Harvest
    samples: tuple[Sample, ...]


def measure(step: Step, rig: Rig, scratch: Path) -> Cell:
    """Measure a cell, write it, and return it. A server that fails is a result; other faults are raised."""
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    load_average = os.getloadavg()[0]
    measured = _measured(step, rig, scratch)
    cell = replace(measured.cell, started_at=started_at, load_average=round(load_average, 2))
    with new_cell(rig.folder, step.key) as place:
        _write_rows(place / VISITS, Visit, measured.rows.visits)
        _write_rows(place / UPLOADS, Upload, measured.rows.uploads)
        _write_rows(place / SAMPLES, Sample, measured.samples)
        write_cell(place, cell)
    return cell


def _write_rows(file: Path, kind: type[Any], rows: Iterable[Any]) -> None:
    with RowWriter(file, kind) as writer:
        writer.write_all(rows)


def _measured(step: Step, rig: Rig, scratch: Path) -> Measured:
    port = free_port()
    crowd = _crowd(step, rig, rig.server_url or url(port))
    with ExitStack() as running_now:
        swift_wards, environ = _swift(rig, scratch, running_now)
        # Locust takes a second to load: it does so while the server starts.
        clients = running_now.enter_context(generators(crowd, scratch, rig.placement))
        try:
            stage = Stage((), swift_wards)
            if rig.server_url is None:
                swift.prepare(environ, scratch / "setup.log", rig.placement.app)
                launch = Launch(step.contender, rig.workers, port, environ, rig.placement.app)
                wards = running_now.enter_context(running(launch, scratch))
                stage = Stage(wards, swift_wards, scratch / "spool")
            clients.wait_until_loaded()
            return _watched(step, rig, scratch, stage, clients)
        except ServerFailed as error:
            return _failed(step, rig, str(error))


def _swift(rig: Rig, scratch: Path, running_now: ExitStack) -> tuple[tuple[Ward, ...], Mapping[str, str]]:
    """Start Swift unless there is one; return what was started, and the environment that servers need."""
    if rig.server_url is not None or rig.swift_environ is not None:
        return (), rig.swift_environ or {}
    cluster = swift.embedded(rig.storage, scratch / "swift.log", rig.placement.others)
    ward, environ = running_now.enter_context(cluster)
    return (ward,), environ


def _crowd(step: Step, rig: Rig, address: str) -> Crowd:
    return Crowd(
        scenario=step.scenario,
        contender=step.contender,
        url=address,
        warmup_seconds=rig.warmup_seconds,
        # The same visits at the same times for all ways.
        seed=f"{step.scenario.name}-{step.repetition}",
        processes=rig.locust_processes,
    )


def _watched(step: Step, rig: Rig, scratch: Path, stage: Stage, clients: Generators) -> Measured:
    """Let the clients loose, wait out the warm-up, sample until the end, and judge what was seen."""
    scenario = step.scenario
    window = Window(now() + rig.warmup_seconds, scenario.seconds)
    clients.go()
    trees = Trees(stage.roots | clients.roots, stage.spool)
    _sleep_until(window.start)
    before = CpuClock.read()
    samples = tuple(_samples(trees, window, stage, clients))
    use = before.use_until(CpuClock.read(), scenario.seconds, rig.placement.load_cpus)
    clients.finish()
    rows = harvest(scratch / "rows", window)
    warnings = doubts(scenario, rows.visits, samples, use, rig.placement)
    cell = Cell(
        status=Status.OK,
        started_at="",
        seconds=scenario.seconds,
        warmup_seconds=rig.warmup_seconds,
        app_bytes_in=rows.app_bytes_in,
        app_bytes_out=rows.app_bytes_out,
        warnings=warnings,
    )
    return Measured(cell, rows, samples)


def _samples(trees: Trees, window: Window, stage: Stage, clients: Generators) -> Iterator[Sample]:
    """A sample each second and one at the end. Whatever ends meanwhile is an error."""
    for t in sample_times(window.seconds):
        _sleep_until(window.start + t)
        for ward in stage.app:
            ward.require_running(ServerFailed)
        for ward in stage.swift:
            ward.require_running(SwiftFailed)
        clients.require_running()
        yield from trees.sample(round(now() - window.start, 3))


def sample_times(seconds: float) -> list[float]:
    """Every second from 0, and the end."""
    return [*(float(second) for second in range(math.ceil(seconds))), seconds]


def _sleep_until(t: float) -> None:
    time.sleep(max(0.0, t - now()))


def _failed(step: Step, rig: Rig, why: str) -> Measured:
    cell = Cell(
        status=Status.FAILED,
        why=why,
        started_at="",
        seconds=step.scenario.seconds,
        warmup_seconds=rig.warmup_seconds,
        warnings=(Caution(Code.SERVER_FAILED, why),),
    )
    return Measured(cell, Harvest((), (), 0, 0), ())
