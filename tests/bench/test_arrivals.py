"""The arrival process against its distribution: a function of rate and seed, so no clock is involved."""

from itertools import islice, takewhile

import numpy as np
import pytest
from scipy import stats

from bench.arrivals import arrivals

COUNT = 20_000
# With fixed seeds these tests give the same verdict every time; a wrong distribution gives a p-value near 0.
LEAST_P = 0.01


def first(count, rate, seed="seed"):
    return np.array(list(islice(arrivals(rate, seed), count)))


@pytest.mark.parametrize("rate", [0.5, 10, 100, 2000])
def test_gaps_are_exponential_with_the_mean_that_the_rate_says(rate):
    gaps = np.diff(first(COUNT, rate), prepend=0)
    assert stats.kstest(gaps, stats.expon(scale=1 / rate).cdf).pvalue > LEAST_P


def test_counts_in_slices_of_time_are_poisson():
    times = first(COUNT, rate=50)
    counts, _ = np.histogram(times, bins=np.arange(0, times[-1], 0.1))
    expected = stats.poisson(5)
    seen = np.array([np.sum(counts == k) for k in range(12)])
    wanted = np.array([expected.pmf(k) for k in range(12)]) * len(counts)
    assert stats.chisquare(seen, wanted * seen.sum() / wanted.sum()).pvalue > LEAST_P


def test_neighbouring_gaps_know_nothing_of_each_other():
    gaps = np.diff(first(COUNT, rate=100))
    assert stats.spearmanr(gaps[:-1], gaps[1:]).pvalue > LEAST_P


def test_streams_that_share_a_rate_make_up_one_stream_of_that_rate():
    seconds = COUNT / 100
    streams = [takewhile(lambda t: t < seconds, arrivals(25, f"stream {n}")) for n in range(4)]
    together = np.sort(np.concatenate([list(stream) for stream in streams]))
    gaps = np.diff(together, prepend=0)
    assert stats.kstest(gaps, stats.expon(scale=1 / 100).cdf).pvalue > LEAST_P


def test_the_same_seed_gives_the_same_times_and_another_seed_others():
    assert (first(100, 10, "a") == first(100, 10, "a")).all()
    assert (first(100, 10, "a") != first(100, 10, "b")).all()


@pytest.mark.parametrize("rate", [0, -1])
def test_a_rate_without_arrivals_is_refused(rate):
    with pytest.raises(ValueError, match="above 0"):
        next(arrivals(rate, "seed"))
