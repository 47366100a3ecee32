"""Measurements that nobody measured: a small simulation writes run folders, plausible and hostile ones.

The worker pools are simulated exactly (a first come, first served queue in front of workers), so that
what the capacity model predicts can be held against them.
"""

import heapq
import math
import random
from dataclasses import replace

import pytest

from bench.records import (
    SAMPLES,
    UPLOADS,
    VISITS,
    Architecture,
    Caution,
    Cell,
    CellKey,
    Code,
    Machine,
    Phase,
    Role,
    Run,
    Sample,
    Scenario,
    Status,
    Upload,
    Visit,
    new_cell,
    write_cell,
    write_run,
)
from bench.rows import RowWriter

MB = 1_000_000
WARMUP = 3.0
LAN_BYTES_PER_SECOND = 150 * MB

ARCHITECTURES = (
    Architecture("direct", "Direct to Swift", "direct", workers=2, description="Browsers PUT to Swift."),
    Architecture("spool-sync", "Proxy, sync", "proxy", 4, 1, "sync", "spool", "plain", 4, "One at a time."),
    Architecture("spool-gthread", "Proxy, threads", "proxy", 2, 8, "gthread", "spool", "plain", 16),
    Architecture("spool-gevent", "Proxy, gevent", "proxy", 2, 1, "gevent", "spool", "plain"),
    Architecture("spool-cooperative", "Proxy, gevent, coop", "proxy", 2, 1, "gevent", "spool", "cooperative"),
    Architecture("background-sync", "Proxy, sync, later", "proxy", 4, 1, "sync", "background", "plain", 4),
    Architecture("stream-cooperative", "Proxy, streamed", "proxy", 2, 1, "gevent", "stream", "cooperative"),
    Architecture("stream-tornado", "Proxy, Tornado", "proxy", 2, 1, "tornado", "stream", "plain"),
)  # fmt: skip

SURGE = (Phase("before", 0, 8), Phase("surge", 8, 18), Phase("recovery", 18, 30))
SCENARIOS = (
    Scenario("idle", "Idle", "Visitors only.", 20, 0, None, (), 30),
    Scenario("fast", "A few fast senders", "Three clients on the LAN.", 20, 3, None, ((64 * MB, 1),), 30),
    Scenario("slow", "Many slow senders", "Phones.", 20, 24, 20e6, ((8 * MB, 3), (16 * MB, 1)), 30),
    Scenario("surge", "A surge", "Uploads come at once, then stop.", 30, 24, 40e6, ((8 * MB, 1),), 30, SURGE),
)

CPU_SECONDS_A_GB = {"direct": 0.12, "spool": 3.2, "background": 3.4, "stream": 4.1}
CPU_SECONDS_A_VISIT = 0.0008


class Pool:
    """Workers that serve uploads and visits in the order in which they come; a worker does one thing at a
    time.
    """

    def __init__(self, workers):
        self.free_at = [-WARMUP] * workers
        heapq.heapify(self.free_at)

    def serve(self, arrival, seconds):
        started = max(arrival, heapq.heappop(self.free_at))
        heapq.heappush(self.free_at, started + seconds)
        return started + seconds


def _upload_seconds(scenario, size, rivals):
    rate = LAN_BYTES_PER_SECOND / max(1, rivals)
    return size * 8 / min(scenario.bandwidth_bits or math.inf, rate * 8)


def _load_time(scenario):
    surge = [phase for phase in scenario.phases if phase.name == "surge"]
    return (surge[0].start, surge[0].end) if surge else (-WARMUP, scenario.seconds)


def simulate(architecture, scenario, seed=1):
    """The uploads and visits of a cell."""
    chance = random.Random(seed)  # noqa: S311 - it is to be the same each time
    begin, end = _load_time(scenario)
    rivals = min(scenario.uploaders, architecture.concurrency or scenario.uploaders)
    pool = Pool(architecture.concurrency or 10_000)
    arrivals = [(begin + chance.random() * 0.5, 1, number) for number in range(scenario.uploaders)]
    moment = -WARMUP
    while scenario.visitor_rate and moment < scenario.seconds:
        moment += chance.expovariate(scenario.visitor_rate)
        arrivals.append((moment, 0, 0))
    heapq.heapify(arrivals)
    visits, uploads = [], []
    while arrivals:
        moment, is_upload, number = heapq.heappop(arrivals)
        if not is_upload:
            visits.append(_visit(pool, architecture, scenario, moment, chance))
            continue
        if moment >= end:
            continue
        sizes, weights = zip(*scenario.sizes, strict=True)
        size = chance.choices(sizes, weights)[0]
        finished = pool.serve(moment, _upload_seconds(scenario, size, rivals) * chance.uniform(0.95, 1.05))
        uploads.append(_upload(number, size, moment, finished, scenario.seconds))
        heapq.heappush(arrivals, (finished, 1, number))
    return visits, uploads


def _upload(number, size, moment, finished, end):
    if finished <= end:
        return Upload(f"u{number}", size, moment, finished, ok=True, bytes_sent=size)
    part = max(0.0, (end - moment) / (finished - moment))
    return Upload(f"u{number}", size, moment, None, ok=False, bytes_sent=int(size * part))


def _visit(pool, architecture, scenario, moment, chance):
    begin, end = _load_time(scenario)
    loaded = bool(scenario.uploaders) and begin <= moment < end
    service = chance.lognormvariate(math.log(0.0025), 0.35)
    if loaded and architecture.way == "proxy":
        service *= 1.6
    finished = pool.serve(moment, service)
    if loaded and architecture.worker_class == "gevent" and architecture.input == "plain":
        frozen_until = (moment // 4 + 1) * 4 - 1.0
        finished = max(finished, frozen_until) if moment % 4 < 3 else finished
    if finished > scenario.seconds:
        return Visit(moment, moment, None, ok=False)
    return Visit(moment, moment + 0.0001, finished, ok=True, status=200)


def _moved(upload, moment, latest):
    taken = max(1e-3, (upload.finished or latest) - upload.started)
    return upload.size * min(1, max(0, (moment - upload.started) / taken))


def samples_of(architecture, scenario, visits, uploads):
    """What psutil would have seen each second."""
    kind = architecture.push or "direct"
    rows = []
    for second in range(-int(WARMUP), int(scenario.seconds) + 1):
        moved = sum(_moved(upload, second, scenario.seconds + 5) for upload in uploads)
        flying = sum(upload.started <= second < (upload.finished or math.inf) for upload in uploads)
        answered = sum((visit.finished or math.inf) <= second for visit in visits)
        cpu = moved / 1e9 * CPU_SECONDS_A_GB[kind] + answered * CPU_SECONDS_A_VISIT
        rss = architecture.workers * 45 * MB + (flying * 2 * MB if kind == "stream" else 0)
        disk = flying * 6 * MB if kind in ("spool", "background") else 0
        rows.append(Sample(second, Role.APP, cpu, rss, flying, disk, architecture.workers + 1))
        rows.append(Sample(second, Role.SWIFT, moved / 1e9 * 2.5, 400 * MB, flying, 0, 5))
    return rows


def write_synthetic_cell(folder, key, architecture, scenario, seed=1, **changes):
    """Simulate a cell and write it; `changes` replace fields of its cell.json."""
    visits, uploads = simulate(architecture, scenario, seed)
    samples = samples_of(architecture, scenario, visits, uploads)
    through = 1.002 if architecture.way == "proxy" else 0.0004
    moved = sum(upload.bytes_sent for upload in uploads)
    cell = Cell(
        Status.OK, "2026-05-01T12:00:00+00:00", scenario.seconds, WARMUP, None,
        int(moved * through) + 400 * len(visits), 900 * len(visits), 0.4,
    )  # fmt: skip
    with new_cell(folder, key) as place:
        write_cell(place, replace(cell, **changes))
        for name, kind, rows in (
            (VISITS, Visit, visits),
            (UPLOADS, Upload, uploads),
            (SAMPLES, Sample, samples),
        ):
            with RowWriter(place / name, kind) as writer:
                writer.write_all(rows)


def write_failed_cell(folder, key, why):
    """A cell in which the server never answered: no rows at all."""
    with new_cell(folder, key) as place:
        write_cell(
            place,
            Cell(
                Status.FAILED,
                "2026-05-01T12:00:00+00:00",
                20,
                why=why,
                warnings=(Caution(Code.SERVER_FAILED, why),),
            ),
        )


def synthetic_run(architectures=ARCHITECTURES, scenarios=SCENARIOS):
    """What run.json says of a simulated run."""
    return Run(
        profile="quick",
        started_at="2026-05-01T12:00:00+00:00",
        finished_at="2026-05-01T12:05:40+00:00",
        machine=Machine("Simulated CPU @ 2.6 GHz", 2, 24 << 30, "Linux 6.1", "3.11.7"),
        architectures=tuple(architectures),
        scenarios=tuple(scenarios),
        versions={"tornado": "6.6.1", "gunicorn": "27.0.1", "gevent": "26.9.0", "swift": "2.38.3"},
        affinity={"app": [1], "others": [0]},
        settings={"visitor_connections": "new"},
    )


def write_synthetic_run(folder, architectures=ARCHITECTURES, scenarios=SCENARIOS, repetitions=1, seed=1):
    """A whole plausible run in a folder."""
    write_run(folder, synthetic_run(architectures, scenarios))
    for scenario in scenarios:
        for number, architecture in enumerate(architectures):
            for repetition in range(1, repetitions + 1):
                key = CellKey(scenario.name, architecture.name, repetition)
                write_synthetic_cell(
                    folder, key, architecture, scenario, seed * 1000 + number * 10 + repetition
                )
    return folder


def write_hostile_run(folder):
    """Everything that can go wrong: failed, missing, empty and tiny cells, unanswered visits, odd names,
    no samples.
    """
    names = ARCHITECTURES[:6]
    odd = replace(names[5], label="<script>alert(1)</script> & ünïcode | pipe", description="`x` <b>")
    write_run(folder, replace(synthetic_run((*names[:5], odd), SCENARIOS), finished_at=None))
    for scenario in SCENARIOS:
        write_synthetic_cell(folder, CellKey(scenario.name, "direct"), names[0], scenario)
        write_failed_cell(
            folder, CellKey(scenario.name, "spool-sync"), "it <did> not answer | within 20 s\nsecond line"
        )
        with new_cell(folder, CellKey(scenario.name, "spool-gthread")) as place:
            write_cell(place, Cell(Status.OK, "2026-05-01T12:00:00+00:00", 20))
        _write_rows(
            folder, CellKey(scenario.name, "spool-gevent"), [Visit(3, 3, 3.002, ok=True, status=200)], []
        )
        nobody = [Visit(at / 10, at / 10, None, ok=False, error="timeout") for at in range(200)]
        _write_rows(folder, CellKey(scenario.name, odd.name), nobody, [Upload("u", 5, 1, None, ok=False)])
    return folder


def _write_rows(folder, key, visits, uploads):
    with new_cell(folder, key) as place:
        write_cell(place, Cell(Status.OK, "2026-05-01T12:00:00+00:00", 20))
        for name, kind, rows in ((VISITS, Visit, visits), (UPLOADS, Upload, uploads)):
            with RowWriter(place / name, kind) as writer:
                writer.write_all(rows)


@pytest.fixture(scope="session")
def plausible_run(tmp_path_factory):
    """A folder with a whole simulated run."""
    return write_synthetic_run(tmp_path_factory.mktemp("run") / "plausible")


@pytest.fixture(scope="session")
def hostile_run(tmp_path_factory):
    """A folder in which every kind of broken cell occurs."""
    return write_hostile_run(tmp_path_factory.mktemp("run") / "hostile")


@pytest.fixture(scope="session")
def another_run(tmp_path_factory):
    """The same as the plausible run, on another day."""
    return write_synthetic_run(tmp_path_factory.mktemp("run") / "another", seed=9)
