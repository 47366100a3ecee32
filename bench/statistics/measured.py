"""A scenario under an architecture, as its repetitions recorded it: the quantities of which figures are made.

Repetitions are pooled: visits together, bytes and seconds added. The sums are kept by slices of time, so
that the certainty of every figure can be told (see `bootstrap`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from bench.records import Caution, Code, Recording, Role, Scenario, Status
from bench.statistics.bootstrap import Estimator, QuotientOfSums, quantile_of_waits, slice_edges
from bench.statistics.traffic import committed_bytes, moved_bytes
from bench.statistics.usage import Usage, usage
from bench.statistics.waits import Booleans, Floats, Waits, joined, waits

GB: Final = 1e9
FEWEST_VISITS_FOR_P99: Final = 300


@dataclass(frozen=True)
class Slices:
    """Sums of the same slices of time: a number for each slice of each repetition. `cpu_seconds` of the
    app.
    """

    seconds: Floats
    due: Floats
    in_time: Floats
    answered: Floats
    committed: Floats
    moved: Floats
    cpu_seconds: Floats | None


class Measured:
    """What was recorded of a scenario under an architecture, once or several times."""

    def __init__(self, scenario: Scenario, architecture: str, recordings: Sequence[Recording]) -> None:
        self.scenario = scenario
        self.architecture = architecture
        self.good = [one for one in recordings if one.cell.status is Status.OK]
        self.failures = tuple(
            one.cell.why or "no reason was given" for one in recordings if one.cell.status is not Status.OK
        )
        self._warnings = tuple(caution for one in recordings for caution in one.cell.warnings)

    @property
    def failed(self) -> bool:
        """Tried, and never with success."""
        return not self.good and bool(self.failures)

    @cached_property
    def waits(self) -> Waits:
        """Of all repetitions together."""
        return joined(part for part, _ in self._parts)

    @cached_property
    def app(self) -> list[Usage | None]:
        """What the application server used, for each repetition."""
        return self.used_by(Role.APP)

    def used_by(self, role: Role) -> list[Usage | None]:
        return [usage(one.samples, role, slice_edges(one.cell.seconds)) for one in self.good]

    @cached_property
    def slices(self) -> Slices:
        edges = [slice_edges(one.cell.seconds) for one in self.good]
        spent = [used.cpu_seconds for used in self.app if used is not None]
        recorded = list(zip(self.good, edges, strict=True))
        return Slices(
            seconds=_chained(np.diff(edge) for edge in edges),
            due=self._visits_by_slice(edges, [np.ones(len(part), np.bool_) for part, _ in self._parts]),
            in_time=self._visits_by_slice(edges, [part.in_time for part, _ in self._parts]),
            answered=self._visits_by_slice(edges, [part.answered for part, _ in self._parts]),
            committed=_chained(committed_bytes(one.uploads, edge) for one, edge in recorded),
            moved=_chained(moved_bytes(one.uploads, edge) for one, edge in recorded),
            cpu_seconds=_chained(spent) if len(spent) == len(self.good) else None,
        )

    @cached_property
    def cpu_per_visit(self) -> float | None:
        """CPU seconds of the app for an answered visit; asked of an idle cell, where nothing else costs."""
        answered = float(self.slices.answered.sum())
        if self.slices.cpu_seconds is None or not answered:
            return None
        return float(self.slices.cpu_seconds.sum()) / answered

    def percentile(self, fraction: float) -> Estimator:
        """Seconds that this fraction of the visits waited at most."""
        return quantile_of_waits(self._parts, fraction)

    def availability(self) -> Estimator:
        """Visits that were answered in time, of those that were intended."""
        return QuotientOfSums(self.slices.in_time, self.slices.due)

    def goodput(self) -> Estimator:
        """Committed bytes a second."""
        return QuotientOfSums(self.slices.committed, self.slices.seconds)

    def cpu_per_gb(self, cpu_per_visit: float = 0.0) -> Estimator | None:
        """CPU seconds of the app for each GB moved, without `cpu_per_visit` for each answered visit."""
        if self.slices.cpu_seconds is None or not self.slices.moved.any():
            return None
        spent = self.slices.cpu_seconds - cpu_per_visit * self.slices.answered
        return QuotientOfSums(spent, self.slices.moved / GB)

    def warnings(self) -> tuple[Caution, ...]:
        """What was noted while measuring, and that there are too few visits; each once."""
        found = list(self._warnings)
        if self.good and self.scenario.visitor_rate and len(self.waits) < FEWEST_VISITS_FOR_P99:
            text = f"{len(self.waits)} visits: p99 rests on {len(self.waits) // 100} of them, p99.9 on chance"
            found.append(Caution(Code.TOO_FEW_SAMPLES, text))
        return tuple(dict.fromkeys(found))

    @cached_property
    def _parts(self) -> list[tuple[Waits, float]]:
        return [(waits(one.visits, one.cell.seconds), one.cell.seconds) for one in self.good]

    def _visits_by_slice(self, edges: list[Floats], chosen: list[Booleans]) -> Floats:
        return _chained(
            np.histogram(part.due[mask], bins=edge)[0].astype(np.float64)
            for (part, _), edge, mask in zip(self._parts, edges, chosen, strict=True)
        )


def _chained(arrays: Iterable[Floats]) -> Floats:
    return np.concatenate([np.zeros(0), *arrays])
