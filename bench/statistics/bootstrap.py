"""How sure a figure is: confidence intervals from resampling time slices.

The latencies of neighbouring visits are not independent: a pause delays all the visits that fall into it.
Resampling single visits would take one pause for hundreds of pieces of evidence and promise far too much.
So whole slices of time are drawn, with all that happened in them; a slice is long enough to hold a usual
pause.

Two figures of different runs are independent, so their ratio's interval comes from drawing both
independently. The intervals are percentile intervals. They cover what varies within a run; what varies
from one run to the next shows only in repetitions, whose slices are pooled.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from bench.statistics.waits import Floats, Waits

DRAWS: Final = 2000
FEWEST_SLICES: Final = 5
MOST_SLICES: Final = 20
SHORTEST_SLICE_SECONDS: Final = 1.0

Integers = npt.NDArray[np.int64]


class Estimator(Protocol):
    """A figure that can be computed anew when each slice counts as often as it was drawn."""

    @property
    def slices(self) -> int: ...

    def estimate(self, drawn: Floats) -> Floats:
        """The figure for each row of `drawn` (draws x slices, how often each slice was drawn)."""
        ...


def slice_edges(seconds: float) -> Floats:
    """The borders of equal slices from 0 to `seconds`: 20 of them, or fewer where they would be under a
    second.
    """
    return np.linspace(0, seconds, min(MOST_SLICES, max(1, int(seconds / SHORTEST_SLICE_SECONDS))) + 1)


@dataclass(frozen=True)
class QuotientOfSums:
    """The sum of one quantity by the sum of another: availability, goodput, CPU seconds a byte."""

    numerators: Floats
    denominators: Floats

    @property
    def slices(self) -> int:
        return len(self.numerators)

    def estimate(self, drawn: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            quotients: Floats = (drawn @ self.numerators) / (drawn @ self.denominators)
        return quotients


@dataclass(frozen=True)
class QuantileOfWaits:
    """A percentile (nearest rank) of waits; `counts` has a row a slice and a column for each of `values`,
    ascending.
    """

    values: Floats
    counts: Floats
    fraction: float

    @property
    def slices(self) -> int:
        return len(self.counts)

    def estimate(self, drawn: Floats) -> Floats:
        if not len(self.values):
            return np.full(len(drawn), np.nan)
        reached = np.cumsum(drawn @ self.counts, axis=1)
        total = reached[:, -1:]
        first = np.argmax(reached >= np.maximum(np.ceil(self.fraction * total - 1e-9), 1), axis=1)
        return np.where(total[:, 0] > 0, self.values[first], np.nan)


def quantile_of_waits(parts: list[tuple[Waits, float]], fraction: float) -> QuantileOfWaits:
    """The percentile of the waits of several measurements (each with its seconds), sliced in time."""
    rounded = [_three_digits(waits.seconds) for waits, _ in parts]
    values = np.unique(np.concatenate([np.zeros(0), *rounded]))
    tables = [
        _counts(waits.due, np.searchsorted(values, amounts), slice_edges(seconds), len(values))
        for (waits, seconds), amounts in zip(parts, rounded, strict=True)
    ]
    return QuantileOfWaits(values, np.concatenate([np.zeros((0, len(values))), *tables]), fraction)


def _counts(due: Floats, columns: Integers, edges: Floats, width: int) -> Floats:
    counts = np.zeros((len(edges) - 1, width))
    rows = np.clip(np.searchsorted(edges, due, side="right") - 1, 0, len(edges) - 2)
    np.add.at(counts, (rows, columns), 1)
    return counts


def _three_digits(values: Floats) -> Floats:
    # As precise as the histograms, and it keeps the table of counts small.
    scale = 10.0 ** (2 - np.floor(np.log10(np.maximum(values, 1e-9))))
    rounded: Floats = np.round(np.maximum(values, 1e-9) * scale) / scale
    return rounded


@dataclass(frozen=True)
class Interval:
    """A figure with its confidence interval; `low` and `high` are None when there is too little to tell."""

    value: float
    low: float | None
    high: float | None


class Difference(StrEnum):
    """What a ratio says about two figures."""

    LOWER = "lower"
    HIGHER = "higher"
    NONE = "no significant difference"
    UNKNOWN = "not enough data"


def interval(figure: Estimator, level: float = 0.95, seed: int = 1) -> Interval | None:
    """The figure and its interval; None when the figure doesn't exist."""
    return _interval(_whole(figure), _draw(figure, seed), level, figure.slices)


def ratio(figure: Estimator, reference: Estimator, level: float = 0.95, seed: int = 1) -> Interval | None:
    """The figure divided by the reference, and the interval of that."""
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = _whole(figure) / _whole(reference)
        drawn = _draw(figure, seed) / _draw(reference, seed + 1)
    return _interval(whole, drawn, level, min(figure.slices, reference.slices))


def difference(of: Interval | None) -> Difference:
    """Which way a ratio differs from 1, if it surely does."""
    if of is None or of.low is None or of.high is None:
        return Difference.UNKNOWN
    if of.low <= 1 <= of.high:
        return Difference.NONE
    return Difference.LOWER if of.high < 1 else Difference.HIGHER


def _whole(figure: Estimator) -> np.float64:
    if not figure.slices:
        return np.float64(np.nan)
    return np.float64(figure.estimate(np.ones((1, figure.slices)))[0])


def _draw(figure: Estimator, seed: int) -> Floats:
    if not figure.slices:
        return np.full(DRAWS, np.nan)
    chosen = np.random.default_rng(seed).multinomial(
        figure.slices, np.full(figure.slices, 1 / figure.slices), size=DRAWS
    )
    return figure.estimate(chosen.astype(np.float64))


def _interval(whole: np.float64, drawn: Floats, level: float, slices: int) -> Interval | None:
    if not np.isfinite(whole):
        return None
    usable = drawn[np.isfinite(drawn)]
    if slices < FEWEST_SLICES or len(usable) < 0.9 * DRAWS:
        return Interval(float(whole), None, None)
    low, high = np.quantile(usable, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(whole), float(low), float(high))
