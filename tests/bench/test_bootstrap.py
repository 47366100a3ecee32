"""Confidence intervals, held against scipy's bootstrap and against what is known of simple cases."""

import numpy as np
import pytest
import scipy.stats

from bench.statistics.bootstrap import (
    Difference,
    Interval,
    QuotientOfSums,
    difference,
    interval,
    quantile_of_waits,
    ratio,
    slice_edges,
)
from bench.statistics.waits import Waits

RANDOM = np.random.default_rng(7)


def _quotient(a, b):
    return a.sum() / b.sum()


def waits(seconds, duration=20.0):
    seconds = np.asarray(seconds, dtype=float)
    return Waits(
        np.linspace(0, duration, len(seconds), endpoint=False), seconds, np.ones(len(seconds), dtype=bool)
    )


@pytest.mark.parametrize(("seconds", "slices"), [(0.5, 1), (8, 8), (20, 20), (60, 20)])
def test_slices_last_a_second_or_longer_and_are_twenty_at_most(seconds, slices):
    edges = slice_edges(seconds)
    assert len(edges) == slices + 1
    assert (edges[0], edges[-1]) == (0, seconds)


def test_the_interval_of_a_quotient_is_that_of_scipys_bootstrap():
    amounts, seconds = RANDOM.gamma(3, 100, 40), RANDOM.uniform(0.9, 1.1, 40)
    ours = interval(QuotientOfSums(amounts, seconds))
    theirs = scipy.stats.bootstrap(
        (amounts, seconds), _quotient, paired=True, vectorized=False, method="percentile",
        n_resamples=4000, rng=np.random.default_rng(3),
    ).confidence_interval  # fmt: skip
    assert ours.value == pytest.approx(amounts.sum() / seconds.sum())
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), rel=0.03)


def test_the_interval_of_a_percentile_is_that_of_scipys_bootstrap_over_slices():
    blocks = RANDOM.lognormal(0, 0.3, (20, 1)) * RANDOM.lognormal(-5, 0.4, (20, 50))

    def p90(chosen):
        return np.percentile(blocks[np.asarray(chosen, dtype=int)], 90, method="inverted_cdf")

    theirs = scipy.stats.bootstrap(
        (np.arange(20),),
        p90,
        vectorized=False,
        method="percentile",
        n_resamples=4000,
        rng=np.random.default_rng(3),
    ).confidence_interval
    ours = interval(quantile_of_waits([(waits(blocks.ravel()), 20.0)], 0.9))
    assert ours.value == pytest.approx(p90(range(20)), rel=6e-3)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), rel=0.06)


def test_slices_give_wider_intervals_than_single_visits_when_visits_share_their_pauses():
    pauses = np.repeat(RANDOM.random(20) < 0.3, 50)
    late = pauses.astype(float)
    by_slices = interval(QuotientOfSums(late.reshape(20, 50).sum(axis=1), np.full(20, 50.0)))
    by_visits = interval(QuotientOfSums(late, np.ones(1000)))
    assert by_slices.high - by_slices.low > 4 * (by_visits.high - by_visits.low)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    held = 0
    for seed in range(200):
        amounts = np.random.default_rng(seed).exponential(5.0, 40)
        of = interval(QuotientOfSums(amounts, np.ones(40)), seed=seed)
        held += of.low <= 5.0 <= of.high
    assert 0.87 <= held / 200 <= 0.99


def test_the_same_data_give_the_same_interval():
    figure = QuotientOfSums(RANDOM.random(20), np.ones(20))
    assert interval(figure) == interval(figure)


@pytest.mark.parametrize(
    ("factor", "expected"),
    [(1.0, Difference.NONE), (1.02, Difference.NONE), (3.0, Difference.HIGHER), (0.4, Difference.LOWER)],
)
def test_a_ratio_says_which_way_it_differs_or_that_it_does_not(factor, expected):
    first = quantile_of_waits([(waits(RANDOM.lognormal(-5, 0.5, 1000)), 20.0)], 0.99)
    second = quantile_of_waits([(waits(RANDOM.lognormal(-5, 0.5, 1000) * factor), 20.0)], 0.99)
    of = ratio(second, first)
    assert difference(of) is expected
    assert of.value == pytest.approx(factor, rel=0.35)


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (None, Difference.UNKNOWN),
        (Interval(2, None, None), Difference.UNKNOWN),
        (Interval(1, 1, 1), Difference.NONE),
        (Interval(1.2, 1.0, 1.5), Difference.NONE),
    ],
)
def test_what_is_not_known_is_no_difference(of, expected):
    assert difference(of) is expected


def test_a_figure_without_anything_to_divide_by_does_not_exist():
    assert interval(QuotientOfSums(np.zeros(20), np.zeros(20))) is None
    assert interval(QuotientOfSums(np.zeros(0), np.zeros(0))) is None
    assert interval(quantile_of_waits([(waits([]), 20.0)], 0.5)) is None
    assert ratio(QuotientOfSums(np.ones(20), np.ones(20)), QuotientOfSums(np.zeros(20), np.ones(20))) is None


def test_too_few_slices_give_a_figure_without_an_interval():
    assert interval(QuotientOfSums(np.ones(3), np.ones(3))) == Interval(1.0, None, None)


def test_repetitions_add_their_slices():
    one = (waits(RANDOM.random(100)), 20.0)
    assert quantile_of_waits([one, one], 0.5).slices == 40
