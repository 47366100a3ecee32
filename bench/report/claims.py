"""What the design promised, each promise held against the measurements: a table of judgements.

A promise holds when the whole confidence interval does; when only the figure does, it is "likely", and
the report says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bench.calibration import DIRECT
from bench.records import Architecture, Scenario
from bench.report import numbers
from bench.results import Results
from bench.statistics.bootstrap import Interval, interval, ratio

SLOWDOWN_LIMIT: Final = 1.5
SHARE_LIMIT: Final = 0.01
CPU_FACTOR: Final = 20.0
COLLAPSED: Final = 0.5
ENOUGH_VISITS: Final = 100
MODEL_TOLERANCE: Final = 0.1
PAUSE_SECONDS: Final = 1.0
SMOOTH_SECONDS: Final = 0.020


class Outcome(StrEnum):
    HOLDS = "holds"
    LIKELY = "holds, not surely"
    UNLIKELY = "falls short, not surely"
    FALLS_SHORT = "falls short"
    UNKNOWN = "not measured"


_SEVERITY: Final = (Outcome.HOLDS, Outcome.LIKELY, Outcome.UNLIKELY, Outcome.FALLS_SHORT)


@dataclass(frozen=True)
class Claim:
    """A promise, what became of it, and the numbers in words."""

    promise: str
    outcome: Outcome
    evidence: str


def claims(results: Results) -> list[Claim]:
    """All promises, judged; one that could not be measured says so."""
    return [Claim(promise, *judge(results)) for promise, judge in _PROMISES]


Judged = tuple[Outcome, str]
_UNKNOWN: Final[Judged] = (Outcome.UNKNOWN, "Nothing was measured that tells.")


def slowdown(results: Results, architecture: str, scenario: str, fraction: float = 0.99) -> Interval | None:
    """A percentile of the waits under load divided by the same in the idle scenario."""
    idle = results.measured.get((results.idle.name, architecture)) if results.idle else None
    loaded = results.measured.get((scenario, architecture))
    if not idle or not loaded or not idle.good or not loaded.good:
        return None
    return ratio(loaded.percentile(fraction), idle.percentile(fraction))


def cpu_ratio(results: Results, proxy: str, direct: str, scenario: str) -> Interval | None:
    """CPU seconds for a GB of a proxy way divided by the direct way's.

    Where the direct way's cost is lost in that of the visitors, the value is what it is at least.
    """
    costs = [
        results.measured[scenario, name].cpu_per_gb(results.cpu_per_visit(name))
        for name in (proxy, direct)
        if (scenario, name) in results.figures
    ]
    if len(costs) < 2 or costs[0] is None or costs[1] is None:  # noqa: PLR2004 - it takes two
        return None
    proxys, directs = interval(costs[0]), interval(costs[1])
    if proxys is None or directs is None:
        return None
    if directs.low is not None and directs.low > 0:
        return ratio(costs[0], costs[1])
    most = directs.high if directs.high is not None else directs.value
    if most <= 0:
        return None
    least = (proxys.value if proxys.low is None else proxys.low) / most
    return Interval(proxys.value / max(directs.value, most / 2), least, None)


def at_most(worst: Interval, limit: float) -> Outcome:
    """Whether a figure stays at or below the limit."""
    if worst.low is None or worst.high is None:
        return Outcome.LIKELY if worst.value <= limit else Outcome.UNLIKELY
    if worst.high <= limit:
        return Outcome.HOLDS
    if worst.low > limit:
        return Outcome.FALLS_SHORT
    return Outcome.LIKELY if worst.value <= limit else Outcome.UNLIKELY


def _direct(results: Results) -> Architecture | None:
    return next((one for one in results.run.architectures if one.way == DIRECT), None)


def _stays_responsive(results: Results) -> Judged:
    direct = _direct(results)
    found = [
        (slow, scenario)
        for scenario in results.loads
        if direct and (slow := slowdown(results, direct.name, scenario.name)) is not None
    ]
    if not direct or not found or not results.idle:
        return _UNKNOWN
    worst, scenario = max(found, key=lambda pair: pair[0].value)
    idle, loaded = (
        results.figures[name, direct.name].response.latency for name in (results.idle.name, scenario.name)
    )
    words = (
        f"At worst ({scenario.label}) p99 was {numbers.quantile(loaded.p99 if loaded else None)}, "
        f"against {numbers.quantile(idle.p99 if idle else None)} idle: "
        f"{numbers.ratio(worst)}."
    )
    return at_most(worst, SLOWDOWN_LIMIT), words


def _bytes_stay_away(results: Results) -> Judged:
    direct = _direct(results)
    shares = [
        (share, scenario)
        for scenario in results.loads
        if direct and (share := _app_share(results, direct, scenario)) is not None
    ]
    if not shares:
        return _UNKNOWN
    worst, scenario = max(shares, key=lambda pair: pair[0])
    outcome = Outcome.HOLDS if worst < SHARE_LIMIT else Outcome.FALLS_SHORT
    return (
        outcome,
        f"At most {numbers.percent(worst)} of the uploaded bytes, visits included ({scenario.label}).",
    )


def _app_share(results: Results, architecture: Architecture, scenario: Scenario) -> float | None:
    seen = results.figures.get((scenario.name, architecture.name))
    return seen.cost.app_share if seen else None


def _costs_less(results: Results) -> Judged:
    direct = _direct(results)
    least = [
        (scenario, *cheapest)
        for scenario in results.loads
        if direct and (cheapest := _cheapest(results, direct, scenario)) is not None
    ]
    if not least:
        return _UNKNOWN
    words = "; ".join(
        f"{scenario.label}: {proxy.label} {_factor(factor)}" for scenario, proxy, factor in least
    )
    outcome = max((at_least(factor, CPU_FACTOR) for _, _, factor in least), key=_SEVERITY.index)
    return outcome, f"CPU of the cheapest proxy way for a GB, by load. {words}."


def _cheapest(
    results: Results, direct: Architecture, scenario: Scenario
) -> tuple[Architecture, Interval] | None:
    found = [
        (proxy, factor)
        for proxy in results.run.architectures
        if proxy.way != DIRECT
        if (factor := cpu_ratio(results, proxy.name, direct.name, scenario.name)) is not None
    ]
    return min(found, key=lambda pair: certain(pair[1]), default=None)


def certain(factor: Interval) -> float:
    """The ratio, or what it is at least where no more is known."""
    return factor.low if factor.high is None and factor.low is not None else factor.value


def _factor(factor: Interval) -> str:
    return f"{numbers.ratio(factor)} as much"


def at_least(least: Interval, limit: float) -> Outcome:
    """Whether a figure reaches the limit; with a lower border only, that decides."""
    if least.low is not None and least.low >= limit:
        return Outcome.HOLDS
    if least.high is not None and least.high < limit:
        return Outcome.FALLS_SHORT
    return Outcome.LIKELY if least.value >= limit else Outcome.UNLIKELY


def _pool_collapses(results: Results) -> Judged:
    found = [
        check
        for check in results.checks
        if check.quantity == "availability" and _outnumbered_sync(results, check.scenario, check.architecture)
    ]
    if not found:
        return _UNKNOWN
    words = "; ".join(
        f"{results.architecture(one.architecture).label}, {results.scenario(one.scenario).label}: "
        f"{numbers.percent(one.seen)} answered within 1 s, {numbers.percent(one.predicted)} predicted"
        for one in found
    )
    close = all(abs(one.predicted - one.seen) <= MODEL_TOLERANCE for one in found)
    collapsed = all(one.seen < COLLAPSED for one in found)
    if not collapsed:
        return Outcome.FALLS_SHORT, words + "."
    return (Outcome.HOLDS if close else Outcome.UNLIKELY), words + "."


def _outnumbered_sync(results: Results, scenario: str, architecture: str) -> bool:
    way = results.architecture(architecture)
    bound = way.concurrency
    return way.worker_class == "sync" and bound is not None and results.scenario(scenario).uploaders > bound


def _plain_gevent_pauses(results: Results) -> Judged:
    longest = _longest_silence(results, "plain")
    if longest is None:
        return _UNKNOWN
    pause, words = longest
    return (Outcome.HOLDS if pause >= PAUSE_SECONDS else Outcome.FALLS_SHORT), words


def _cooperative_is_smooth(results: Results) -> Judged:
    longest = _longest_silence(results, "cooperative")
    if longest is None:
        return _UNKNOWN
    pause, words = longest
    return (Outcome.HOLDS if pause <= SMOOTH_SECONDS else Outcome.FALLS_SHORT), words


def _longest_silence(results: Results, reader: str) -> tuple[float, str] | None:
    found = [
        (seen.response.silence.longest, way, scenario)
        for scenario in results.loads
        for way in results.run.architectures
        if way.worker_class == "gevent" and way.input == reader
        if (seen := results.figures.get((scenario.name, way.name))) and seen.response.visits >= ENOUGH_VISITS
    ]
    if not found:
        return None
    pause, way, scenario = max(found, key=lambda one: one[0])
    return pause, f"Nobody was answered for up to {numbers.seconds(pause)} ({way.label}, {scenario.label})."


_PROMISES: Final[Iterable[tuple[str, Callable[[Results], Judged]]]] = (
    ("Direct: visitors' p99 during uploads is at most 1.5 times the idle one", _stays_responsive),
    ("Direct: under 1 % of the uploaded bytes pass the application server", _bytes_stay_away),
    ("Direct: at least 20 times less CPU of the application server for a GB than any proxy way", _costs_less),
    ("Sync workers: the site is gone once uploads outnumber workers, as the model predicts", _pool_collapses),
    ("gevent as it comes: pauses of seconds", _plain_gevent_pauses),
    ("gevent with cooperative reads: no pause over 20 ms", _cooperative_is_smooth),
)
