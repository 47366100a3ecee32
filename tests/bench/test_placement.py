"""Who runs where, as a table."""

import os

import pytest

from bench.runner.machine import cpus_of
from bench.runner.placement import Placement, may_hurry, placement


@pytest.mark.parametrize(
    ("available", "siblings", "expected"),
    [
        pytest.param({0}, [{0}], Placement((0,), (0,)), id="one CPU is shared"),
        pytest.param({0, 1}, [{0}, {1}], Placement((1,), (0,)), id="two CPUs, one each"),
        pytest.param(
            {0, 1}, [{0, 1}], Placement((1,), (0,)), id="two threads of one core are better than one"
        ),
        pytest.param(
            {0, 1, 2, 3},
            [{0, 2}, {1, 3}],
            Placement((3,), (0, 2)),
            id="the thread beside the server's is left idle",
        ),
        pytest.param({4, 5, 7}, [], Placement((7,), (4, 5)), id="only CPUs that we may use"),
    ],
)
def test_the_server_has_a_cpu_to_itself_where_there_is_one(available, siblings, expected):
    assert placement(available, siblings) == expected


def test_sharing_is_known():
    assert Placement((0,), (0,)).shared
    assert not Placement((0,), (1,)).shared


def test_visitors_go_before_uploaders_and_swift():
    placed = Placement((0,), (1,))
    assert placed.visitors.cpus == placed.others.cpus == (1,)
    assert placed.visitors.nice < placed.others.nice
    assert placed.visitors.hurry
    assert not placed.others.hurry
    assert not placed.app.hurry


def test_whether_we_may_hurry_is_found_out_without_hurrying():
    before = os.sched_getscheduler(0)
    assert may_hurry() in {True, False}
    assert os.sched_getscheduler(0) == before


@pytest.mark.parametrize(
    ("text", "cpus"), [("0", {0}), ("0-2", {0, 1, 2}), ("0,4\n", {0, 4}), ("0-1,8-9", {0, 1, 8, 9})]
)
def test_the_kernels_lists_of_cpus(text, cpus):
    assert cpus_of(text) == cpus
