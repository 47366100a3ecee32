"""What may be doubtful about a cell, as warnings that go with its data: judgements of what was counted."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.records import Caution, Code, Role, Sample, Scenario, Visit
from bench.runner.placement import Placement

_LATE_SECONDS = 0.010
_LATE_SHARE = 0.01
_BUSY = 0.85
_USED_UP = 0.95
_FOREIGN = 0.10
_STOLEN = 0.02
# A Poisson count leaves its mean by more than 4 standard deviations once in 30,000 times.
_DEVIATIONS = 4


@dataclass(frozen=True)
class CpuUse:
    """CPUs in use while measuring, of all and of the load's; and those that a host took away."""

    cpus: int
    busy: float
    load_cpus: int
    load_busy: float
    stolen: float


def doubts(
    scenario: Scenario, visits: Sequence[Visit], samples: Sequence[Sample], use: CpuUse, placement: Placement
) -> tuple[Caution, ...]:
    """Every warning that applies to a measured cell."""
    seconds = scenario.seconds
    return (
        *_late(visits),
        *_generators_busy(samples),
        *_load_used_up(use),
        *_rate_missed(scenario, visits),
        *_noise(samples, use, seconds),
        *_shared(placement),
    )


def cpu_seconds(samples: Sequence[Sample], role: Role) -> float:
    """CPU seconds of a role between its first and its last sample."""
    of_role = [sample.cpu_seconds for sample in samples if sample.role is role]
    return of_role[-1] - of_role[0] if of_role else 0.0


def _late(visits: Sequence[Visit]) -> Iterator[Caution]:
    lags = [
        visit.started - visit.intended
        for visit in visits
        if visit.started is not None and visit.intended >= 0
    ]
    late = sum(lag > _LATE_SECONDS for lag in lags)
    if lags and late > _LATE_SHARE * len(lags):
        yield Caution(
            Code.GENERATOR_SATURATED,
            f"{late} of {len(lags)} visits left over {_LATE_SECONDS:g} s late; their latency has that in it.",
        )


def _generators_busy(samples: Sequence[Sample]) -> Iterator[Caution]:
    times = [sample.t for sample in samples]
    for role in (Role.UPLOADERS, Role.VISITORS):
        share = cpu_seconds(samples, role) / (max(times) - min(times)) if len(set(times)) > 1 else 0.0
        if share > _BUSY:
            yield Caution(Code.GENERATOR_SATURATED, f"The {role} used {share:.0%} of a CPU.")


def _load_used_up(use: CpuUse) -> Iterator[Caution]:
    share = use.load_busy / use.load_cpus
    if share > _USED_UP:
        yield Caution(
            Code.GENERATOR_SATURATED,
            f"Swift and the clients used {share:.0%} of their CPU: throughput is what they could take.",
        )


def _rate_missed(scenario: Scenario, visits: Sequence[Visit]) -> Iterator[Caution]:
    due = scenario.visitor_rate * scenario.seconds
    came = sum(visit.intended >= 0 for visit in visits)
    if came < due - _DEVIATIONS * math.sqrt(due):
        yield Caution(Code.RATE_NOT_REACHED, f"{came} visits were made of {due:.0f} that were intended.")


def _noise(samples: Sequence[Sample], use: CpuUse, seconds: float) -> Iterator[Caution]:
    ours = sum(cpu_seconds(samples, role) for role in Role) / seconds
    foreign = (use.busy - ours) / use.cpus
    if foreign > _FOREIGN:
        yield Caution(Code.NOISY_MACHINE, f"Other programs used {foreign:.0%} of the machine.")
    if use.stolen / use.cpus > _STOLEN:
        yield Caution(Code.NOISY_MACHINE, f"The host took {use.stolen / use.cpus:.0%} of the CPU time.")


def _shared(placement: Placement) -> Iterator[Caution]:
    if placement.shared:
        yield Caution(Code.CPU_SHARED, "The server under test had no CPU to itself: there is only one.")
