"""Medians and paired ratios. A ratio is of one round, so a slow minute of the machine hits both sides."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from bench.browser.cases import CASES, Case
from bench.browser.records import Sample
from bench.statistics.bootstrap import Interval

# The range of n paired ratios misses their true median with a probability of 2 * 0.5 ** n: 6 % of five.
_FEWEST_ROUNDS: Final = 5


@dataclass(frozen=True)
class Figures:
    """What is known of one way in one case. Seconds and bytes are medians of the rounds; None: no page."""

    way: str
    rounds: int
    seconds: float
    bytes_per_second: float
    speed_ratio: Interval
    client_cpu_per_gb: float
    swift_cpu_per_gb: float
    long_tasks: float | None
    long_task_seconds: float | None
    longest_gap_seconds: float | None
    renderer_peak_bytes: float | None


def figures(case: Case, samples: Iterable[Sample]) -> list[Figures]:
    """The figures of the case's ways, in its order; ways that were not measured are missing."""
    own = [sample for sample in samples if sample.case == case.name]
    by_way = {way.name: [sample for sample in own if sample.way == way.name] for way in case.ways}
    reference = by_way[case.reference]
    return [_figures(name, found, reference) for name, found in by_way.items() if found]


def measured_cases(samples: Iterable[Sample]) -> list[Case]:
    """The cases that have samples, as large as they were measured."""
    sizes = {sample.case: (sample.files, sample.file_bytes) for sample in samples}
    return [
        replace(case, files=sizes[case.name][0], file_bytes=sizes[case.name][1])
        for case in CASES
        if case.name in sizes
    ]


def speed_ratio(of: Sequence[Sample], reference: Sequence[Sample]) -> Interval:
    """How many times as fast, by rounds that both have: the median, and the range if it says enough."""
    there = {sample.round: sample.seconds for sample in reference}
    ratios = [there[sample.round] / sample.seconds for sample in of if sample.round in there]
    if not ratios:
        return Interval(float("nan"), None, None)
    if len(ratios) < _FEWEST_ROUNDS:
        return Interval(median(ratios), None, None)
    return Interval(median(ratios), min(ratios), max(ratios))


def _figures(way: str, samples: Sequence[Sample], reference: Sequence[Sample]) -> Figures:
    def middle(read: Callable[[Sample], float | None]) -> float | None:
        values = [value for sample in samples if (value := read(sample)) is not None]
        return median(values) if values else None

    def per_gb(read: Callable[[Sample], float]) -> float:
        return median(read(sample) * 1e9 / (sample.files * sample.file_bytes) for sample in samples)

    return Figures(
        way=way,
        rounds=len(samples),
        seconds=median(sample.seconds for sample in samples),
        bytes_per_second=median(sample.bytes_per_second for sample in samples),
        speed_ratio=speed_ratio(samples, reference),
        client_cpu_per_gb=per_gb(lambda sample: sample.usage.client),
        swift_cpu_per_gb=per_gb(lambda sample: sample.usage.swift),
        long_tasks=middle(lambda sample: sample.long_tasks),
        long_task_seconds=middle(lambda sample: sample.long_task_seconds),
        longest_gap_seconds=middle(lambda sample: sample.longest_gap_seconds),
        renderer_peak_bytes=middle(lambda sample: sample.renderer_peak_bytes),
    )
