"""A hostile run in miniature: real processes, one small attack, all rows, and nothing left behind."""

import os
from contextlib import suppress

import psutil
import pytest

from bench.hostile import records, report
from bench.hostile.attacks import Attack, Kind
from bench.hostile.records import Schedule
from bench.hostile.run import run
from bench.runner.run import RunRefused

SMALL = Attack("small", "Small", "Some bad tickets.", Kind.BAD_TICKETS, connections=5, rate=200)
SHORT = Schedule(warmup_seconds=0.5, before_seconds=1, attack_seconds=2, after_seconds=1, visit_rate=20)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    told = []
    before = os.sched_getaffinity(0)
    run(folder, [SMALL], SHORT, lambda attack, _: told.append(attack))
    assert told == [SMALL]
    assert os.sched_getaffinity(0) == before
    return folder


def test_a_run_has_visits_in_every_phase_and_the_attacker_s_own_count(measured):
    (found,) = report.outcomes(measured)
    assert all(phase.latency.count > 5 for phase in (found.before, found.during, found.after))
    assert set(found.tally.answers) == {400}
    assert found.tally.most_open == SMALL.connections
    assert 0 < found.quiet_bytes <= found.peak_bytes


def commands_below(process):
    """What runs. Others' processes may end while we look, or have ended and nobody has asked for them yet."""
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            yield " ".join(child.cmdline())


def test_what_is_measured_is_not_measured_again_and_nothing_runs_any_more(measured):
    told = []
    run(measured, [SMALL], SHORT, lambda attack, _: told.append(attack))
    assert told == []
    assert [command for command in commands_below(psutil.Process()) if "bench.hostile" in command] == []


def test_another_run_does_not_mix_with_it(measured):
    with pytest.raises(RunRefused, match="other attacks"):
        run(measured, [], SHORT, lambda *_: None)


def test_rows_are_few_enough_to_be_committed(measured):
    place = measured / "attacks" / SMALL.name
    assert {file.name for file in place.iterdir()} == {"attack.json", "visits.csv.gz", "samples.csv.gz"}
    assert records.read_attacked(measured, SMALL).samples
