"""The capacity model, held against Erlang's tables, scipy, a simulation, and its own copy in the report's
script.
"""

import json
import random
import shutil
import subprocess
from dataclasses import asdict, replace
from heapq import heapify, heappop, heappush
from pathlib import Path

import pytest
import scipy.stats

from bench.capacity import (
    LATE_SHARE,
    Costs,
    Demand,
    Server,
    closed_availability,
    erlang_b,
    erlang_c,
    holding_seconds,
    late_share,
    need,
    slots_needed,
)

SCRIPT = Path(__file__).parents[2] / "bench" / "report" / "whatif.js"
SERVER = Server(cores=16, memory_bytes=64e9, bits=10e9)
DIRECT = Costs(None, False, 0, 0.004, 0, 60e6, 0, 0, 0.001)  # noqa: FBT003
SYNC = Costs(1, True, 6e-9, 0, 3e-9, 45e6, 0, 1.0, 1.0)  # noqa: FBT003
THREADS = replace(SYNC, slots=10)
STREAM = Costs(None, False, 0, 0, 4e-9, 50e6, 2e6, 0, 1.0)  # noqa: FBT003


@pytest.mark.parametrize(
    ("slots", "load", "blocked"),
    [(1, 1, 0.5), (2, 1, 0.2), (5, 3, 0.1101), (10, 5, 0.0184), (20, 12, 0.00979), (100, 84.1, 0.01)],
)
def test_erlang_b_is_that_of_the_published_tables(slots, load, blocked):
    assert erlang_b(slots, load) == pytest.approx(blocked, rel=0.01)


@pytest.mark.parametrize(("slots", "load"), [(1, 0.3), (5, 3.0), (50, 40.0), (1000, 950.0)])
def test_erlang_b_is_scipys_truncated_poisson(slots, load):
    theirs = scipy.stats.poisson.pmf(slots, load) / scipy.stats.poisson.cdf(slots, load)
    assert erlang_b(slots, load) == pytest.approx(theirs, rel=1e-6)


@pytest.mark.parametrize(
    ("slots", "load", "waiting"),
    [(1, 0.5, 0.5), (2, 1, 1 / 3), (5, 4, 0.5541), (10, 8, 0.4092), (4, 4, 1.0), (4, 9, 1.0)],
)
def test_erlang_c_is_that_of_the_published_tables(slots, load, waiting):
    assert erlang_c(slots, load) == pytest.approx(waiting, rel=1e-3)


@pytest.mark.parametrize(("load", "holding"), [(0.5, 0.01), (3, 40), (100, 3.2), (1000, 40), (20_000, 8)])
def test_the_slots_needed_are_the_fewest_that_keep_answers_in_time(load, holding):
    slots = slots_needed(load, holding)
    assert late_share(slots, load, holding) <= LATE_SHARE < late_share(slots - 1, load, holding)


def test_a_million_uploads_are_within_reach():
    assert 1_000_000 < slots_needed(1_000_000, 40) < 1_010_000


def test_a_single_worker_is_an_m_m_1_queue():
    assert late_share(1, 0.5, 2.0) == pytest.approx(0.5 * 2.718281828 ** (-0.25), rel=1e-6)


@pytest.mark.parametrize(
    ("clients", "slots", "holding"), [(4, 4, 3.0), (5, 4, 2.0), (24, 16, 3.2), (40, 3, 3.0), (8, 4, 0.5)]
)
def test_visitors_behind_uploads_wait_for_departures_as_scipys_gamma_says(clients, slots, holding):
    expected = scipy.stats.gamma.cdf(1.0, clients - slots + 1, scale=holding / slots)
    assert closed_availability(clients, slots, holding) == pytest.approx(expected, abs=1e-9)


def test_with_a_free_worker_nobody_waits():
    assert closed_availability(3, 4, 10.0) == 1


SIMULATED_SECONDS = 20_000


def simulated_availability(clients, slots, holding, pause):
    """The same queue, simulated: uploads of exponential length, visits that take no time."""
    chance = random.Random(4)  # noqa: S311 - it is to be the same each time
    free_at = [0.0] * slots
    events = [(chance.expovariate(1 / pause) if pause else 0.0, True) for _ in range(clients)]
    events += [(chance.uniform(0, SIMULATED_SECONDS), False) for _ in range(20_000)]
    heapify(events)
    in_time = 0
    while events and events[0][0] < SIMULATED_SECONDS:
        moment, is_upload = heappop(events)
        if not is_upload:
            in_time += max(moment, free_at[0]) - moment <= 1
            continue
        finished = max(moment, heappop(free_at)) + chance.expovariate(1 / holding)
        heappush(free_at, finished)
        heappush(events, (finished + (chance.expovariate(1 / pause) if pause else 0), True))
    return in_time / 20_000


@pytest.mark.parametrize(
    ("clients", "slots", "holding", "pause"),
    [(4, 4, 2.0, 0.0), (6, 4, 1.0, 0.0), (20, 4, 1.0, 8.0), (20, 10, 4.0, 4.0), (3, 4, 5.0, 1.0)],
)
def test_a_simulation_of_the_same_queue_agrees(clients, slots, holding, pause):
    predicted = closed_availability(clients, slots, holding, pause)
    assert simulated_availability(clients, slots, holding, pause) == pytest.approx(predicted, abs=0.03)


def test_an_upload_holds_its_slot_while_it_arrives_and_while_it_is_pushed_on():
    assert holding_seconds(SYNC, 10e6, 20e6) == pytest.approx(4 + 0.06)
    assert holding_seconds(replace(SYNC, holds_sender=False), 10e6, 20e6) == pytest.approx(0.06)


def test_sync_workers_need_a_process_and_its_memory_for_each_upload():
    told = need(SYNC, Demand(1000, 100e6, 20e6), SERVER)
    assert told.slots == told.processes > 1000
    assert told.memory_bytes == told.processes * 45e6
    assert told.disk_bytes == 1000 * 100e6
    assert need(THREADS, Demand(1000, 100e6, 20e6), SERVER).processes == -(-told.slots // 10)


def test_the_direct_way_costs_by_the_upload_and_carries_no_bytes():
    told = need(DIRECT, Demand(1000, 100e6, 20e6), SERVER)
    assert (told.slots, told.processes, told.bound) == (0, 1, "CPU")
    assert told.cores == pytest.approx(1000 / 40 * 0.004)
    bigger = need(DIRECT, Demand(1000, 1000e6, 20e6), SERVER)
    assert bigger.cores == pytest.approx(told.cores / 10)


def test_what_is_scarcest_bounds_the_servers():
    demand = Demand(1000, 100e6, 20e6)
    assert need(STREAM, demand, SERVER).bound == "network"
    assert need(STREAM, demand, replace(SERVER, bits=1e12)).bound == "CPU"
    assert need(STREAM, demand, replace(SERVER, bits=1e12, memory_bytes=1e9)).bound == "memory"
    assert need(STREAM, demand, SERVER).servers == pytest.approx(2.0)


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node on PATH")
def test_the_reports_script_computes_the_same():
    cases = [
        {"costs": asdict(costs), "demand": asdict(Demand(uploads, size, bits)), "server": asdict(SERVER)}
        for costs in (DIRECT, SYNC, THREADS, STREAM, replace(SYNC, holds_sender=False))
        for uploads in (1, 37, 1000, 250_000)
        for size, bits in ((1e6, 1e6), (100e6, 20e6), (5e9, 1e9))
    ]
    program = (
        f"const {{ need }} = require({json.dumps(str(SCRIPT))});"
        'const cases = JSON.parse(require("fs").readFileSync(0));'
        "console.log(JSON.stringify(cases.map((c) => need(c.costs, c.demand, c.server))));"
    )
    command = ["node", "-e", program]
    asked = subprocess.run(
        command, input=json.dumps(cases), capture_output=True, text=True, check=True, timeout=60
    )
    for theirs, case in zip(json.loads(asked.stdout), cases, strict=True):
        ours = asdict(need(Costs(**case["costs"]), Demand(**case["demand"]), Server(**case["server"])))
        assert theirs.pop("bound") == ours.pop("bound")
        assert theirs == pytest.approx(ours, rel=1e-12)
