"""Time without an answer: stretches in which visits came due and nobody at all was answered.

A stretch begins when the first visit comes due after the last answer and ends with the next answer. So
one slow page beside fast ones is no silence, but a frozen server is, however few visits it froze in the
face of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.records import Visit
from bench.statistics.waits import Floats

NOTICEABLE_SECONDS: Final = 0.1


@dataclass(frozen=True)
class Silence:
    """`longest` stretch in seconds, and the sum of all stretches that last `NOTICEABLE_SECONDS` or more."""

    longest: float
    noticeable: float


def silence(visits: Sequence[Visit], end: float) -> Silence:
    """The silences from 0 to `end`; an answer that came later ends one there."""
    lengths = stretches(visits, end)
    return Silence(float(lengths.max(initial=0.0)), float(lengths[lengths >= NOTICEABLE_SECONDS].sum()))


def stretches(visits: Sequence[Visit], end: float) -> Floats:
    """The length of every stretch, in seconds."""
    due = np.sort(
        np.array([visit.intended for visit in visits if 0 <= visit.intended < end], dtype=np.float64)
    )
    answers = sorted(
        visit.finished for visit in visits if visit.ok and visit.finished is not None and visit.finished < end
    )
    previous = np.array([-np.inf, *answers], dtype=np.float64)
    following = np.array([*answers, end], dtype=np.float64)
    first = np.searchsorted(due, previous, side="right")
    begins = np.append(due, np.inf)[first]
    lengths = following - begins
    positive: Floats = lengths[lengths > 0]
    return positive
