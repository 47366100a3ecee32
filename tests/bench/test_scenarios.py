"""The tables of loads, profiles and architectures: what holds for every entry."""

import subprocess
import sys

import pytest

from bench.architectures import CONTENDERS, Way, available
from bench.runner.plan import steps
from bench.scenarios import PROFILES, SCENARIOS, lasting

PROFILE = {one.name: one for one in PROFILES}


def test_names_are_unique():
    for table in (CONTENDERS, SCENARIOS, PROFILES):
        assert len({one.name for one in table}) == len(table)


def test_the_quick_profile_leaves_room_for_starts_within_six_minutes():
    quick = PROFILE["quick"]
    seconds = sum(one.seconds + quick.warmup_seconds for one in quick.scenarios) * len(CONTENDERS)
    starts = 4 * len(quick.scenarios) * len(CONTENDERS)
    assert seconds + starts <= 6 * 60


def test_the_full_profile_has_every_load_several_times():
    assert PROFILE["full"].scenarios == SCENARIOS
    assert PROFILE["full"].repetitions >= 3


def test_many_slow_senders_outnumber_every_pool_of_workers():
    mobile = next(one for one in SCENARIOS if one.name == "mobile")
    pools = [one.record(workers=3).concurrency for one in CONTENDERS]
    assert all(mobile.uploaders > pool for pool in pools if pool is not None)


def test_a_shortened_surge_keeps_the_shares_of_its_phases():
    surge = next(one for one in SCENARIOS if one.phases)
    short = lasting(surge, surge.seconds / 10)
    assert [(p.name, p.start, p.end) for p in short.phases] == [
        (p.name, pytest.approx(p.start / 10), pytest.approx(p.end / 10)) for p in surge.phases
    ]
    assert short.phases[-1].end == short.seconds


def test_all_architectures_have_the_same_number_of_processes():
    assert {one.record(workers=5).workers for one in CONTENDERS} == {5}


@pytest.mark.parametrize("one", CONTENDERS, ids=lambda one: one.name)
def test_what_holds_a_thread_is_bounded_by_threads_and_the_rest_by_nothing(one):
    expected = 4 * one.threads if one.holds_a_thread else None
    assert one.record(workers=4).concurrency == expected


@pytest.mark.parametrize("way", Way)
def test_a_servers_command_line_is_one_that_the_server_knows(way):
    for one in CONTENDERS:
        if one.way is way:
            known = subprocess.run(
                [*one.command(3, 1)[:3], "--help"], capture_output=True, text=True, check=True
            )
            flags = {
                argument.partition("=")[0] for argument in one.command(3, 1) if argument.startswith("--")
            }
            assert way is Way.DIRECT or all(flag in known.stdout for flag in flags)


def test_nginx_is_needed_for_one_entry_only(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert {one.name for one in CONTENDERS} - {one.name for one in available()} == {"nginx-spool-sync"}


def test_repetitions_are_interleaved():
    profile = PROFILE["full"]
    keys = [step.key for step in steps(profile, CONTENDERS[:2])]
    idle = [(key.architecture, key.repetition) for key in keys if key.scenario == "idle"]
    a, b = (one.name for one in CONTENDERS[:2])
    assert idle == [(a, 1), (b, 1), (a, 2), (b, 2), (a, 3), (b, 3)]


def test_the_python_that_runs_us_runs_the_servers():
    assert all(one.command(1, 1)[0] == sys.executable for one in CONTENDERS)
