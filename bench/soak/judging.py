"""Whether memory and open files stay flat, and which lines of a log nobody has explained. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from scipy.stats import theilslopes

from bench.soak.watching import Reading

# In the first quarter things fill that stay full: caches, pools, and what is loaded when it is first needed.
WARM_UP_SHARE: Final = 0.25
GROWTH_SHARE: Final = 0.15
GROWTH_BYTES: Final = 24 << 20
GROWTH_DESCRIPTORS: Final = 12
_FEWEST: Final = 10

RULE: Final = (
    f"Flat means: without the first {WARM_UP_SHARE:.0%} of the time, the line through the samples (of "
    f"Theil and Sen, which outliers don't bend) rises in all by less than {GROWTH_SHARE:.0%} of the median, "
    f"or by less than {GROWTH_BYTES >> 20} MiB or {GROWTH_DESCRIPTORS} open files."
)


@dataclass(frozen=True)
class Trend:
    """One role's use of one thing over the judged time: its median, and how much it has grown."""

    role: str
    what: str
    median: float
    growth: float
    is_flat: bool


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
    if len(values) < _FEWEST:
        return Trend(role, what, median, 0.0, is_flat=True)
    growth = float(theilslopes(values, times)[0]) * (times[-1] - times[0])
    return Trend(role, what, median, growth, is_flat=growth < max(allowed, median * GROWTH_SHARE))


# What the site and Swift may say of faults that we made, and why. The first that fits counts.
EXPLAINED: Final = (
    (re.compile(r"storage-unavailable|Swift|50[0-9]"), "Swift was restarted, or a fault took its answer"),
)
_TROUBLE: Final = re.compile(r"\b(ERROR|CRITICAL)\b|Traceback")


def troubles(lines: Iterable[str], explained: Sequence[tuple[re.Pattern[str], str]]) -> Counter[str]:
    """How many lines of trouble there are of each explanation; what has none is counted as it is."""
    found: Counter[str] = Counter()
    for line in lines:
        if _TROUBLE.search(line):
            why = next((why for pattern, why in explained if pattern.search(line)), None)
            found[why or f"unexplained: {line.strip()[:200]}"] += 1
    return found
