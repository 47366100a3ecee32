"""Waits and their percentiles, held against numpy and against cases that can be counted by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.records import Visit
from bench.statistics.waits import Waits, joined, latency, percentile_curve, waits

END = 20.0


def answered(intended, waited):
    return Visit(intended, intended, intended + waited, ok=True, status=200)


def unanswered(intended, error=""):
    return Visit(intended, intended, None, ok=False, error=error)


def made(seconds):
    seconds = np.asarray(seconds, dtype=float)
    return Waits(np.zeros_like(seconds), seconds, np.ones(len(seconds), dtype=bool))


@pytest.mark.parametrize(
    ("visit", "waited", "in_time"),
    [
        (answered(1, 0.004), 0.004, True),
        (answered(1, 1.5), 1.5, False),
        (answered(19.5, 3.0), 3.0, False),
        (unanswered(5), 15.0, False),
        (unanswered(18.5, "timeout"), 1.5, False),
        (Visit(2, 2, 2.001, ok=False, status=502, error="bad gateway"), 18.0, False),
        (Visit(3, 3.9, 4.0, ok=True, status=200), 1.0, True),
    ],
)
def test_a_visit_waits_from_when_it_was_intended_and_to_the_end_without_an_answer(visit, waited, in_time):
    told = waits([visit], END)
    assert told.seconds == pytest.approx([waited])
    assert list(told.in_time) == [in_time]


@pytest.mark.parametrize(
    "visit",
    [
        pytest.param(answered(-0.5, 0.1), id="warm-up"),
        pytest.param(answered(-0.5, 5), id="warm-up, answered later"),
        pytest.param(unanswered(-1), id="warm-up, unanswered"),
        pytest.param(answered(20.0, 0.1), id="after the end"),
        pytest.param(unanswered(19.2), id="cut off by the end"),
        pytest.param(unanswered(19.2, "unanswered"), id="cut off by the end, and called so"),
    ],
)
def test_warm_up_and_what_the_end_cut_off_count_nowhere(visit):
    assert len(waits([visit], END)) == 0


def test_visits_come_in_the_order_in_which_they_were_due():
    told = waits([answered(5, 1), answered(1, 2)], END)
    assert list(told.due) == [1, 5]
    assert told.seconds == pytest.approx([2, 1])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("visits", [1, 7, 101, 9_973])
def test_percentiles_are_numpys_nearest_rank_to_three_digits(seed, visits):
    seconds = np.random.default_rng(seed).lognormal(-5, 1.5, visits)
    told = latency(made(seconds))
    theirs = np.percentile(seconds, [50, 90, 99, 99.9, 100], method="inverted_cdf")
    ours = [one.seconds for one in (told.p50, told.p90, told.p99, told.p999, told.maximum)]
    assert ours == pytest.approx(theirs, rel=1.1e-3)


def test_the_percentiles_of_one_to_a_thousand_milliseconds_are_known():
    told = latency(made(np.arange(1, 1001) / 1000))
    assert told.count == 1000
    found = [one.milliseconds for one in (told.p50, told.p90, told.p99, told.p999, told.maximum)]
    assert found == pytest.approx([500, 900, 990, 999, 1000], rel=1e-3)
    assert [one.beyond for one in (told.p90, told.maximum)] == [100, 0]


@given(st.lists(st.floats(1e-6, 3600), min_size=1, max_size=50))
def test_percentiles_ascend_and_end_at_the_slowest_visit(seconds):
    told = latency(made(seconds))
    steps = [told.p50.seconds, told.p90.seconds, told.p99.seconds, told.p999.seconds]
    assert steps == sorted(steps)
    # Microseconds are what is counted.
    assert told.maximum.seconds == pytest.approx(max(seconds), rel=1e-3, abs=1e-6)
    assert min(seconds) * 0.999 - 1e-6 <= told.p50.seconds <= max(seconds) * 1.001 + 1e-6


def test_without_visits_there_is_no_percentile():
    assert latency(made([])) is None
    assert percentile_curve(made([])) == []


def test_only_percentiles_that_unanswered_visits_may_raise_say_at_least():
    told = latency(
        waits(
            [*(answered(at / 10, 0.01) for at in range(97)), *(unanswered(10 + at) for at in range(3))], END
        )
    )
    assert not told.p50.at_least
    assert not told.p90.at_least
    assert told.p99.at_least
    assert told.maximum.at_least
    assert told.maximum.seconds == pytest.approx(10)


def test_the_curve_ends_with_all_visits_and_never_falls():
    curve = percentile_curve(made(np.random.default_rng(1).exponential(0.01, 5000)))
    percentages, seconds = zip(*curve, strict=True)
    assert percentages[-1] == 100
    assert list(seconds) == sorted(seconds)


def test_repetitions_join_into_one():
    assert list(joined([made([1, 2]), made([]), made([3])]).seconds) == [1, 2, 3]
    assert len(joined([])) == 0
