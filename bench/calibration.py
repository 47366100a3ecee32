"""The capacity model's numbers, read off the measured cells, and its predictions held against the others.

Costs are calibrated on one scenario only, the one with the most bytes moved and without phases; memory
and the cost of a visit come from the idle one. So every other scenario checks what the model says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bench.capacity import Costs, closed_availability, holding_seconds
from bench.records import Architecture, Run, Scenario
from bench.statistics.figures import Figures
from bench.statistics.measured import GB

FAST_BITS: Final = 1e10
DIRECT: Final = "direct"
STREAM: Final = "stream"

Table = Mapping[tuple[str, str], Figures]


@dataclass(frozen=True)
class Calibrated:
    """An architecture's costs, the scenario that they were read off, and the most bytes a second it moved."""

    architecture: str
    scenario: str
    costs: Costs
    cpu_per_visit: float
    bytes_per_second: float


@dataclass(frozen=True)
class Check:
    """A predicted figure beside the seen one: `quantity` is availability (share), goodput (bytes/s) or
    CPU (cores).
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
    found = (_calibrated(run, architecture, table) for architecture in run.architectures)
    return [one for one in found if one is not None]


def _calibrated(run: Run, architecture: Architecture, table: Table) -> Calibrated | None:
    measured = [
        (scenario, table[scenario.name, architecture.name])
        for scenario in run.scenarios
        if (scenario.name, architecture.name) in table
    ]
    loaded = [(scenario, seen) for scenario, seen in measured if _tells_costs(scenario, seen)]
    if not loaded:
        return None
    direct = architecture.way == DIRECT
    scenario, seen = max(loaded, key=lambda pair: _weight(pair[1], direct=direct))
    idle = next((seen for scenario, seen in measured if is_idle(scenario)), None)
    costs = _costs(architecture, scenario, seen, idle)
    fastest = max(seen.uploads.moved_bytes / seen.seconds for _, seen in loaded)
    return Calibrated(architecture.name, scenario.name, costs, _cpu_per_visit(idle), fastest)


def _weight(seen: Figures, *, direct: bool) -> float:
    # What is measured best: the direct way costs by the upload, the others by the byte.
    return seen.uploads.finished if direct else seen.uploads.moved_bytes


def _tells_costs(scenario: Scenario, seen: Figures) -> bool:
    return not is_idle(scenario) and not scenario.phases and seen.cost.cpu_per_gb is not None


def _cpu_per_visit(idle: Figures | None) -> float:
    if idle is None or idle.cost.cpu_seconds is None or not idle.response.answered:
        return 0.0
    return idle.cost.cpu_seconds / idle.response.answered


def _costs(architecture: Architecture, scenario: Scenario, seen: Figures, idle: Figures | None) -> Costs:
    per_byte = max(0.0, seen.cost.cpu_per_gb.value) / GB if seen.cost.cpu_per_gb else 0.0
    size = mean_size(scenario)
    direct = architecture.way == DIRECT
    at_rest = (idle.cost.rss_bytes if idle else None) or seen.cost.rss_bytes or 0
    loaded = seen.cost.rss_bytes or at_rest
    slots = _slots(architecture)
    growth = max(0, loaded - at_rest) / max(1, seen.uploads.most_in_flight)
    return Costs(
        slots=slots,
        holds_sender=architecture.concurrency is not None,
        seconds_per_byte=0.0 if direct else _seconds_alone(architecture, scenario, seen),
        cpu_per_upload=per_byte * size if direct else 0.0,
        cpu_per_byte=0.0 if direct else per_byte,
        process_bytes=(loaded if slots else at_rest) / architecture.workers,
        upload_bytes=0.0 if slots or direct else growth,
        disk_share=1.0 if seen.cost.disk_bytes and not direct else 0.0,
        through_share=seen.cost.app_share if seen.cost.app_share is not None else float(not direct),
    )


def _seconds_alone(architecture: Architecture, scenario: Scenario, seen: Figures) -> float:
    """Seconds a byte that an upload holds its slot besides arriving, as if it were alone on the machine.

    With fast senders the machine is the limit, and all uploaders share it, those that wait for a slot
    included.
    """
    if (
        seen.uploads.mean_seconds is None
        or architecture.push == STREAM
        or scenario.bandwidth_bits is not None
    ):
        return 0.0
    return seen.uploads.mean_seconds / mean_size(scenario) / scenario.uploaders


def checks(run: Run, table: Table, calibrated: Iterable[Calibrated]) -> list[Check]:
    """Predictions for every loaded scenario without phases, beside what was seen."""
    architectures = {architecture.name: architecture for architecture in run.architectures}
    return [
        check
        for one in calibrated
        for scenario in run.scenarios
        if not is_idle(scenario) and not scenario.phases and (scenario.name, one.architecture) in table
        for check in _checks(
            scenario, architectures[one.architecture], one, table[scenario.name, one.architecture]
        )
    ]


def _slots(architecture: Architecture) -> int | None:
    """Uploads that a process serves at once. A sync worker serves one, also when something before it
    takes any number.
    """
    if architecture.concurrency is None:
        return 1 if architecture.worker_class == "sync" else None
    return max(1, architecture.concurrency // architecture.workers)


def _checks(scenario: Scenario, architecture: Architecture, one: Calibrated, seen: Figures) -> list[Check]:
    holding, goodput = _predicted_flow(scenario, architecture, one)
    found = []
    if architecture.concurrency is not None and seen.response.availability is not None:
        share = closed_availability(
            scenario.uploaders, architecture.concurrency, holding, scenario.pause_seconds
        )
        found.append(("availability", share, seen.response.availability.value))
    if scenario.name != one.scenario and scenario.bandwidth_bits is not None:
        if seen.uploads.goodput is not None:
            found.append(("goodput", goodput, seen.uploads.goodput.value))
        if seen.cost.cores is not None:
            visits = seen.response.answered / seen.seconds * one.cpu_per_visit
            found.append(("CPU", _cores(one.costs, scenario, goodput) + visits, seen.cost.cores))
    return [Check(scenario.name, architecture.name, *figures) for figures in found]


def _predicted_flow(scenario: Scenario, architecture: Architecture, one: Calibrated) -> tuple[float, float]:
    """How long an upload holds its slot, in seconds, and how many bytes are committed a second."""
    size, clients = mean_size(scenario), scenario.uploaders
    at_once = min(clients, architecture.concurrency or clients)
    holding = holding_seconds(one.costs, size, scenario.bandwidth_bits or FAST_BITS)
    taking = max(holding, size * 8 / (scenario.bandwidth_bits or FAST_BITS))
    goodput = min(
        at_once * size / taking, clients * size / (taking + scenario.pause_seconds), one.bytes_per_second
    )
    return max(holding, at_once * size / goodput), goodput


def _cores(costs: Costs, scenario: Scenario, goodput: float) -> float:
    return goodput * (costs.cpu_per_byte + costs.cpu_per_upload / mean_size(scenario))
