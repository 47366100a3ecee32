"""The capacity model's numbers, read off the measured cells, and its predictions held against what was seen.

CPU costs, for an upload and for a byte, fit all loaded scenarios (non-negative least squares); a
prediction for a scenario is made with the costs that fit the others, so that it is one. Memory at rest
and the cost of a visit come from the idle scenario, the time that an upload takes besides arriving from
the one in which senders are fast.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import nnls

from bench.capacity import Costs, closed_availability, holding_seconds
from bench.records import Architecture, Run, Scenario
from bench.statistics.figures import Figures
from bench.statistics.measured import GB

FAST_BITS: Final = 1e10
DIRECT: Final = "direct"
STREAM: Final = "stream"
SYNC: Final = "sync"
ENOUGH_UPLOADS: Final = 20

Table = Mapping[tuple[str, str], Figures]
Seen = list[tuple[Scenario, Figures]]


@dataclass(frozen=True)
class Calibrated:
    """An architecture's costs, the scenarios that they were read off, and the most bytes a second it
    moved.
    """

    architecture: str
    scenarios: tuple[str, ...]
    costs: Costs
    cpu_per_visit: float
    bytes_per_second: float


@dataclass(frozen=True)
class Check:
    """A predicted figure beside the seen one: availability (share), goodput or throughput (bytes a
    second), CPU (cores).
    """

    scenario: str
    architecture: str
    quantity: str
    predicted: float
    seen: float


def mean_size(scenario: Scenario) -> float:
    """The mean of the sizes that the uploaders send, in bytes; 0 without uploads."""
    weight = sum(share for _, share in scenario.sizes)
    return sum(size * share for size, share in scenario.sizes) / weight if weight else 0.0


def is_idle(scenario: Scenario) -> bool:
    return scenario.uploaders == 0


def calibrate(run: Run, table: Table) -> list[Calibrated]:
    """The costs of every architecture that was measured under load, with CPU samples."""
    found = (_calibrated(architecture, _seen(run, architecture, table)) for architecture in run.architectures)
    return [one for one in found if one is not None]


def _seen(run: Run, architecture: Architecture, table: Table) -> Seen:
    return [
        (scenario, table[scenario.name, architecture.name])
        for scenario in run.scenarios
        if (scenario.name, architecture.name) in table
    ]


def _calibrated(architecture: Architecture, seen: Seen) -> Calibrated | None:
    loaded = _loaded(seen)
    if not loaded:
        return None
    idle = next((figures for scenario, figures in seen if is_idle(scenario)), None)
    return Calibrated(
        architecture.name,
        tuple(scenario.name for scenario, _ in loaded),
        _costs(architecture, loaded, idle),
        _cpu_per_visit(idle),
        max(figures.uploads.moved_bytes / figures.seconds for _, figures in loaded),
    )


def _loaded(seen: Seen) -> Seen:
    return [
        (scenario, figures) for scenario, figures in seen if figures.cost.cpu_per_gb and mean_size(scenario)
    ]


def _cpu_per_visit(idle: Figures | None) -> float:
    if idle is None or idle.cost.cpu_seconds is None or not idle.response.answered:
        return 0.0
    return idle.cost.cpu_seconds / idle.response.answered


def _costs(architecture: Architecture, loaded: Seen, idle: Figures | None) -> Costs:
    direct = architecture.way == DIRECT
    per_upload, per_byte = cpu_costs(architecture, loaded)
    slots = _slots(architecture)
    busiest = max((figures for _, figures in loaded), key=lambda figures: figures.cost.rss_bytes or 0)
    peak = busiest.cost.rss_bytes or 0
    at_rest = (idle.cost.rss_bytes if idle else None) or peak
    growth = max(0, peak - at_rest) / max(1, busiest.uploads.most_in_flight)
    shares = [figures.cost.app_share for _, figures in loaded if figures.cost.app_share is not None]
    return Costs(
        slots=slots,
        holds_sender=architecture.concurrency is not None,
        seconds_per_byte=0.0 if direct else _seconds_alone(architecture, loaded),
        cpu_per_upload=per_upload,
        cpu_per_byte=per_byte,
        process_bytes=(peak if slots else at_rest) / architecture.workers,
        upload_bytes=0.0 if slots or direct else growth,
        disk_share=float(not direct and any(figures.cost.disk_bytes for _, figures in loaded)),
        through_share=max(shares, default=0.0) if direct else 1.0,
    )


def cpu_costs(architecture: Architecture, loaded: Seen) -> tuple[float, float]:
    """CPU seconds for an upload and for a byte, neither below 0.

    A single scenario can't tell the two apart: then the direct way's cost is by the upload, a proxy's by
    the byte.
    """
    sizes = [mean_size(scenario) for scenario, _ in loaded]
    moved = [figures.uploads.moved_bytes for _, figures in loaded]
    costs = [figures.cost.cpu_per_gb.value / GB if figures.cost.cpu_per_gb else 0.0 for _, figures in loaded]
    if len(set(sizes)) < 2:  # noqa: PLR2004 - two unknowns need two
        per_byte = max(0.0, float(np.average(costs, weights=moved)))
        return (per_byte * sizes[0], 0.0) if architecture.way == DIRECT else (0.0, per_byte)
    # Seconds for each MB = seconds for an upload / its MB + seconds for a MB.
    uploads_per_mb = np.array([[1e6 / size, 1.0] for size in sizes])
    fit, _ = nnls(uploads_per_mb, np.maximum(costs, 0) * 1e6)
    return float(fit[0]), float(fit[1]) / 1e6


def _seconds_alone(architecture: Architecture, loaded: Seen) -> float:
    """Seconds a byte that an upload holds its slot besides arriving, as if it were alone on the machine.

    With fast senders the machine is the limit, and all uploaders share it, those that wait for a slot
    included.
    """
    if architecture.push == STREAM:
        return 0.0
    times = [
        figures.uploads.mean_seconds / mean_size(scenario) / scenario.uploaders
        for scenario, figures in loaded
        if scenario.bandwidth_bits is None and figures.uploads.mean_seconds is not None
    ]
    return max(times, default=0.0)


def _slots(architecture: Architecture) -> int | None:
    """Uploads that a process serves at once; a sync worker one, also when a proxy before it takes any
    number.
    """
    if architecture.concurrency is None:
        return 1 if architecture.worker_class == SYNC else None
    return max(1, architecture.concurrency // architecture.workers)


def checks(run: Run, table: Table, calibrated: Iterable[Calibrated]) -> list[Check]:
    """Predictions for every loaded scenario without phases, beside what was seen."""
    architectures = {architecture.name: architecture for architecture in run.architectures}
    found = []
    for one in calibrated:
        architecture = architectures[one.architecture]
        seen = _seen(run, architecture, table)
        for scenario, figures in seen:
            if mean_size(scenario) and not scenario.phases:
                others = [pair for pair in _loaded(seen) if pair[0] is not scenario]
                found += _checks(scenario, architecture, one, figures, others)
    return found


def _checks(
    scenario: Scenario, architecture: Architecture, one: Calibrated, seen: Figures, others: Seen
) -> list[Check]:
    holding, moved = _predicted_flow(scenario, architecture, one)
    found = []
    if architecture.concurrency is not None and seen.response.availability is not None:
        share = closed_availability(
            scenario.uploaders, architecture.concurrency, holding, scenario.pause_seconds
        )
        found.append(("availability", share, seen.response.availability.value))
    if scenario.bandwidth_bits is not None:
        found += _flows(architecture, moved, seen)
        if others and seen.cost.cores is not None:
            per_upload, per_byte = cpu_costs(architecture, others)
            visits = seen.response.answered / seen.seconds * one.cpu_per_visit
            cores = seen.uploads.moved_bytes / seen.seconds * (per_byte + per_upload / mean_size(scenario))
            found.append(("CPU", cores + visits, seen.cost.cores))
    return [Check(scenario.name, architecture.name, *figures) for figures in found]


def _flows(architecture: Architecture, moved: float, seen: Figures) -> list[tuple[str, float, float]]:
    # What waits for a slot has sent its first bytes, too: there only committed uploads tell, if they are
    # enough.
    if architecture.concurrency is None:
        return [("throughput", moved, seen.uploads.moved_bytes / seen.seconds)]
    if seen.uploads.goodput is None or seen.uploads.finished < ENOUGH_UPLOADS:
        return []
    return [("goodput", moved, seen.uploads.goodput.value)]


def _predicted_flow(scenario: Scenario, architecture: Architecture, one: Calibrated) -> tuple[float, float]:
    """How long an upload holds its slot, in seconds, and how many bytes are moved a second."""
    size, clients = mean_size(scenario), scenario.uploaders
    at_once = min(clients, architecture.concurrency or clients)
    holding = holding_seconds(one.costs, size, scenario.bandwidth_bits or FAST_BITS)
    taking = max(holding, size * 8 / (scenario.bandwidth_bits or FAST_BITS))
    moved = min(
        at_once * size / taking, clients * size / (taking + scenario.pause_seconds), one.bytes_per_second
    )
    return max(holding, at_once * size / moved), moved
