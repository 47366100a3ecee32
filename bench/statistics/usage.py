"""What a role's processes used: CPU time, memory, disk, connections."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bench.records import Role, Sample
from bench.statistics.waits import Floats


@dataclass(frozen=True)
class Usage:
    """CPU seconds in each slice; the highest of everything else in the measured time (None: not sampled)."""

    cpu_seconds: Floats
    peak_rss_bytes: int
    peak_disk_bytes: int | None
    peak_connections: int | None
    peak_processes: int | None


def usage(samples: Iterable[Sample], role: Role, edges: Floats) -> Usage | None:
    """What the role used between the first edge and the last; None without two samples of it."""
    rows = sorted((sample for sample in samples if sample.role is role), key=lambda sample: sample.t)
    measured = [row for row in rows if edges[0] <= row.t <= edges[-1]]
    if len(rows) < 2 or not measured:  # noqa: PLR2004 - a difference needs two
        return None
    return Usage(
        cpu_seconds=_cpu_seconds(rows, edges),
        peak_rss_bytes=max(row.rss_bytes for row in measured),
        peak_disk_bytes=_peak(row.disk_bytes for row in measured),
        peak_connections=_peak(row.connections for row in measured),
        peak_processes=_peak(row.processes for row in measured),
    )


def _cpu_seconds(rows: list[Sample], edges: Floats) -> Floats:
    times = np.array([row.t for row in rows])
    readings = np.array([row.cpu_seconds for row in rows])
    # The sum over a process tree drops when a process ends; what it had used before stays used.
    total = np.concatenate([[0.0], np.cumsum(np.maximum(np.diff(readings), 0))])
    return np.diff(np.interp(edges, times, total))


def _peak(values: Iterable[int | None]) -> int | None:
    return max((value for value in values if value is not None), default=None)
