"""How long visitors waited, counted from the moment at which they wanted the page.

A visit without an answer has no latency, but it has waited at least until measuring ended; leaving it out
would make a frozen server look fast. So it counts with that, and every figure that such a visit may raise
says "at least".
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from hdrh.histogram import HdrHistogram  # type: ignore[import-untyped]

from bench.records import Visit

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

IN_TIME_SECONDS: Final = 1.0
MICROSECONDS: Final = 1e6
LONGEST_MICROSECONDS: Final = 24 * 3600 * 1_000_000
DIGITS: Final = 3


@dataclass(frozen=True)
class Waits:
    """The visits of a measurement, in the order in which they were due: arrays of the same length.

    `due` in seconds since the start; `seconds` waited (a lower bound where not `answered`); `in_time`:
    answered within `IN_TIME_SECONDS`.
    """

    due: Floats
    seconds: Floats
    answered: Booleans

    @property
    def in_time(self) -> Booleans:
        return self.answered & (self.seconds <= IN_TIME_SECONDS)

    def __len__(self) -> int:
        return len(self.due)


def waits(visits: Iterable[Visit], end: float) -> Waits:
    """What the visits of the measured time waited.

    Left out: warm-up, and visits that the end cut off before they had waited `IN_TIME_SECONDS`, as nobody
    knows whether they would have been answered in time.
    """
    counted = sorted((visit for visit in visits if _counts(visit, end)), key=lambda visit: visit.intended)
    return Waits(
        due=np.array([visit.intended for visit in counted], dtype=np.float64),
        seconds=np.array([_waited(visit, end) for visit in counted], dtype=np.float64),
        answered=np.array([_answered(visit) for visit in counted], dtype=np.bool_),
    )


def joined(parts: Iterable[Waits]) -> Waits:
    """The visits of several measurements together."""
    parts = list(parts)
    return Waits(
        due=np.concatenate([np.zeros(0), *(part.due for part in parts)]),
        seconds=np.concatenate([np.zeros(0), *(part.seconds for part in parts)]),
        answered=np.concatenate([np.zeros(0, np.bool_), *(part.answered for part in parts)]),
    )


def _answered(visit: Visit) -> bool:
    return visit.ok and visit.finished is not None


def _counts(visit: Visit, end: float) -> bool:
    cut_off = visit.finished is None and end - visit.intended < IN_TIME_SECONDS
    return 0 <= visit.intended < end and not cut_off


def _waited(visit: Visit, end: float) -> float:
    waited = (visit.finished if visit.finished is not None else end) - visit.intended
    return waited if _answered(visit) else max(waited, end - visit.intended)


@dataclass(frozen=True)
class Quantile:
    """A percentile of the waits: `at_least` when unanswered visits hide a higher one; `beyond`: visits
    above it.
    """

    seconds: float
    at_least: bool
    beyond: int

    @property
    def milliseconds(self) -> float:
        return self.seconds * 1000


@dataclass(frozen=True)
class Latency:
    """The percentiles of the waits of `count` visits."""

    count: int
    p50: Quantile
    p90: Quantile
    p99: Quantile
    p999: Quantile
    maximum: Quantile


def latency(measured: Waits) -> Latency | None:
    """The usual percentiles, to three digits; None without visits."""
    if not len(measured):
        return None
    histogram = histogram_of(measured.seconds)
    p50, p90, p99, p999, maximum = (
        _quantile(histogram, measured, percentage) for percentage in (50, 90, 99, 99.9, 100)
    )
    return Latency(len(measured), p50, p90, p99, p999, maximum)


def histogram_of(seconds: Iterable[float]) -> HdrHistogram:
    """A high dynamic range histogram in whole microseconds, from 1 microsecond to a day, to three digits."""
    histogram = HdrHistogram(1, LONGEST_MICROSECONDS, DIGITS)
    for value in seconds:
        histogram.record_value(min(max(1, round(value * MICROSECONDS)), LONGEST_MICROSECONDS))
    return histogram


def _quantile(histogram: HdrHistogram, measured: Waits, percentage: float) -> Quantile:
    # The library rounds the rank to the nearest whole number, nearest rank means up: so it is asked for a
    # whole one.
    rank = math.ceil(percentage / 100 * len(measured) - 1e-9)
    seconds = float(histogram.get_value_at_percentile(100 * rank / len(measured))) / MICROSECONDS
    seconds = min(seconds, float(measured.seconds.max()))  # the histogram rounds up
    hidden = measured.seconds[~measured.answered]
    at_least = bool(len(hidden)) and bool(hidden.min() <= seconds)
    return Quantile(seconds, at_least, int((measured.seconds > seconds).sum()))


def percentile_curve(measured: Waits, points_per_half: int = 8) -> list[tuple[float, float]]:
    """(percentage of visits, seconds that they waited at most): finer the nearer it comes to 100 %."""
    if not len(measured):
        return []
    steps = histogram_of(measured.seconds).get_percentile_iterator(points_per_half)
    return [(step.percentile_level_iterated_to, step.value_iterated_to / MICROSECONDS) for step in steps]
