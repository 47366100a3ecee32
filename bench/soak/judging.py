"""Whether memory and open files stay flat. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from scipy.stats import theilslopes

from bench.soak.watching import Reading

# In the first quarter things fill that stay full: caches, pools, and what is loaded when it is first needed.
WARM_UP_SHARE: Final = 0.25
GROWTH_SHARE: Final = 0.15
GROWTH_BYTES: Final = 24 << 20
GROWTH_DESCRIPTORS: Final = 12
FEWEST_SAMPLES: Final = 30

RULE: Final = (
    f"Flat means: without the first {WARM_UP_SHARE:.0%} of the time, the line through the samples (of "
    f"Theil and Sen, which outliers don't bend) rises in all by less than {GROWTH_SHARE:.0%} of the median, "
    f"or by less than {GROWTH_BYTES >> 20} MiB or {GROWTH_DESCRIPTORS} open files. Of fewer than "
    f"{FEWEST_SAMPLES} samples nothing can be told."
)


class Course(Enum):
    FLAT = "flat"
    GROWING = "growing"
    UNKNOWN = "too few samples"


@dataclass(frozen=True)
class Trend:
    """One role's use of one thing over the judged time: its median, and how much it has grown."""

    role: str
    what: str
    median: float
    growth: float
    course: Course


def trends(readings: Sequence[Reading]) -> list[Trend]:
    """Two for each role: memory in bytes, open files."""
    last = max((reading.t for reading in readings), default=0.0)
    judged = [reading for reading in readings if reading.t >= last * WARM_UP_SHARE]
    found = []
    for role in sorted({reading.role for reading in judged}):
        own = [reading for reading in judged if reading.role == role]
        times = [reading.t for reading in own]
        memory = [float(reading.rss_bytes) for reading in own]
        files = [float(reading.descriptors) for reading in own]
        found.append(_trend(role, "memory", times, memory, GROWTH_BYTES))
        found.append(_trend(role, "open files", times, files, GROWTH_DESCRIPTORS))
    return found


def _trend(role: str, what: str, times: Sequence[float], values: Sequence[float], allowed: float) -> Trend:
    median = sorted(values)[len(values) // 2]
    if len(values) < FEWEST_SAMPLES:
        return Trend(role, what, median, 0.0, Course.UNKNOWN)
    growth = float(theilslopes(values, times)[0]) * (times[-1] - times[0])
    is_flat = growth < max(allowed, median * GROWTH_SHARE)
    return Trend(role, what, median, growth, Course.FLAT if is_flat else Course.GROWING)
