"""How a cell went, moment by moment: latency in short slices, uploads in flight, and the phases of a
surge.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.records import Phase, Recording
from bench.statistics.traffic import in_flight
from bench.statistics.waits import IN_TIME_SECONDS, Floats, Latency, Waits, latency, waits


@dataclass(frozen=True)
class Timeline:
    """The first repetition of a cell: each visit, and for slices of time their worst wait and the uploads
    in flight.

    `moments` are the middles of the slices; `worst` is NaN where no visit was due.
    """

    waits: Waits
    moments: Floats
    worst: Floats
    in_flight: Floats


def timeline(one: Recording, slices: int) -> Timeline:
    """The recording in so many slices."""
    waited = waits(one.visits, one.cell.seconds)
    edges = np.linspace(0, one.cell.seconds, slices + 1)
    moments = (edges[:-1] + edges[1:]) / 2
    worst = np.full(slices, np.nan)
    places = np.clip(np.searchsorted(edges, waited.due, side="right") - 1, 0, slices - 1)
    np.fmax.at(worst, places, waited.seconds)
    return Timeline(waited, moments, worst, in_flight(one.uploads, moments))


@dataclass(frozen=True)
class PhaseFigures:
    """The visits that were due in a phase; `availability` None without any."""

    name: str
    visits: int
    latency: Latency | None
    availability: float | None


def by_phase(waited: Waits, phases: Sequence[Phase]) -> list[PhaseFigures]:
    """How visitors fared in each phase."""
    return [_in_phase(waited, phase) for phase in phases]


def _in_phase(waited: Waits, phase: Phase) -> PhaseFigures:
    chosen = (waited.due >= phase.start) & (waited.due < phase.end)
    part = Waits(waited.due[chosen], waited.seconds[chosen], waited.answered[chosen])
    share = float(part.in_time.mean()) if len(part) else None
    return PhaseFigures(phase.name, len(part), latency(part), share)


def recovery_seconds(waited: Waits, after: Phase) -> float | None:
    """How long after the start of the last phase visits still waited too long; None: to its very end.

    0 when none did. A second without a late visit before the end counts as recovered.
    """
    late = waited.due[(waited.due >= after.start) & (waited.due < after.end) & ~waited.in_time]
    if not len(late):
        return 0.0
    last = float(late.max())
    return None if last > after.end - IN_TIME_SECONDS else last - after.start
