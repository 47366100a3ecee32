"""The verdict in words: what to do, and the few numbers that it rests on. Said only as far as the figures
carry it.
"""

from dataclasses import dataclass
from typing import Final

from bench.calibration import DIRECT
from bench.records import Architecture
from bench.report import numbers
from bench.report.claims import ENOUGH_VISITS, SLOWDOWN_LIMIT, certain, cpu_ratio, slowdown
from bench.results import Results
from bench.statistics.figures import Figures
from bench.statistics.waits import Quantile

AS_GOOD: Final = 0.005


@dataclass(frozen=True)
class Tile:
    """A number to remember, and what it is."""

    value: str
    meaning: str


@dataclass(frozen=True)
class Verdict:
    headline: str
    sentences: tuple[str, ...]
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Standing:
    """An architecture at its worst, over all scenarios with uploads."""

    way: Architecture
    availability: float
    p99: Quantile
    silence: float
    cpu_per_gb: float | None
    failed: int


def standings(results: Results) -> list[Standing]:
    """Every architecture that visits were measured for, in the run's order."""
    found = (_standing(results, way) for way in results.run.architectures)
    return [one for one in found if one is not None]


def _standing(results: Results, way: Architecture) -> Standing | None:
    cells = [results.figures.get((scenario.name, way.name)) for scenario in results.loads]
    seen = [one for one in cells if one and one.response.visits >= ENOUGH_VISITS]
    if not seen:
        return None
    failed = sum(results.measured[scenario.name, way.name].failed for scenario in results.loads)
    costs = [one.cost.cpu_per_gb.value for one in seen if one.cost.cpu_per_gb]
    return Standing(
        way,
        availability=min(_availability(one) for one in seen),
        p99=max(
            (one.response.latency.p99 for one in seen if one.response.latency), key=lambda one: one.seconds
        ),
        silence=max(one.response.silence.longest for one in seen),
        cpu_per_gb=max(costs, default=None),
        failed=failed,
    )


def _availability(seen: Figures) -> float:
    return seen.response.availability.value if seen.response.availability else 0.0


def verdict(results: Results) -> Verdict:
    """The verdict; with too little measured, it says that there is none."""
    ranked = standings(results)
    direct = next((one for one in ranked if one.way.way == DIRECT), None)
    proxies = [one for one in ranked if one.way.way != DIRECT]
    if direct is None or not proxies:
        return Verdict(
            "No verdict: too little was measured",
            ("It takes the direct way and at least one proxy way, under at least one load.",),
            (),
        )
    return Verdict(
        _headline(results, direct, proxies),
        tuple(sentence for sentence in _sentences(results, direct, proxies) if sentence),
        _tiles(results, direct, proxies),
    )


def _headline(results: Results, direct: Standing, proxies: list[Standing]) -> str:
    best = max(one.availability for one in proxies)
    if direct.failed or direct.availability < best - AS_GOOD:
        return "The direct way was not the most available in this run: look at the table before deciding"
    slow = [one.value for load in results.loads if (one := slowdown(results, direct.way.name, load.name))]
    if best < direct.availability - AS_GOOD:
        site = "only then the site stays available"
    elif slow and max(slow) <= SLOWDOWN_LIMIT:
        site = "the site answers as if nobody uploaded"
    else:
        site = "the site stays quick for everybody else"
    cheapest = min((one.cpu_per_gb for one in proxies if one.cpu_per_gb is not None), default=None)
    cheaper = direct.cpu_per_gb is not None and cheapest is not None and direct.cpu_per_gb < cheapest
    cost = "at a fraction of the cost" if cheaper else "though this run doesn't tell what it costs"
    return f"Let browsers upload straight to Swift: {site}, {cost}"


def _sentences(results: Results, direct: Standing, proxies: list[Standing]) -> list[str]:
    worst = min(proxies, key=lambda one: one.availability)
    rival = min(proxies, key=lambda one: (-round(one.availability, 3), one.p99.seconds))
    direct_way = (
        f"While people uploaded, the direct way answered {numbers.percent(direct.availability)} of all "
        f"visits within a second, even under the worst load; 99 of 100 within {numbers.quantile(direct.p99)}."
    )
    worst_way = (
        f"{worst.way.label} fell to {numbers.percent(worst.availability)}, and once answered nobody for "
        f"{numbers.seconds(worst.silence)}."
    )
    return [
        direct_way,
        worst_way if worst.availability < direct.availability - AS_GOOD else "",
        _frozen(proxies, worst),
        _rival(results, direct, rival),
        _failures(results),
    ]


def _frozen(proxies: list[Standing], told: Standing) -> str:
    frozen = [
        one
        for one in proxies
        if one.way.worker_class == "gevent" and one.way.input == "plain" and one is not told
    ]
    if not frozen or frozen[0].silence < 1:
        return ""
    return f"{frozen[0].way.label} froze for up to {numbers.seconds(frozen[0].silence)} at a time."


def _rival(results: Results, direct: Standing, rival: Standing) -> str:
    factors = [
        factor
        for scenario in results.loads
        if (factor := cpu_ratio(results, rival.way.name, direct.way.name, scenario.name))
    ]
    cost = ""
    if factors:
        cost = f", takes {numbers.ratio(min(factors, key=certain))} the CPU for each GB where it takes least"
    return (
        f"The best of the others, {rival.way.label}, answered {numbers.percent(rival.availability)} within a "
        f"second (99 of 100 within {numbers.quantile(rival.p99)}){cost}, and every byte passes the "
        "application server."
    )


def _failures(results: Results) -> str:
    failed = [place for place, one in results.measured.items() if one.failed]
    if not failed:
        return ""
    names = sorted({results.architecture(architecture).label for _, architecture in failed})
    return (
        f"{len(failed)} of {len(results.measured)} measurements failed ({', '.join(names)}); "
        "that is a result, too."
    )


def _tiles(results: Results, direct: Standing, proxies: list[Standing]) -> tuple[Tile, ...]:
    slow = [one.value for load in results.loads if (one := slowdown(results, direct.way.name, load.name))]
    shares = [
        seen.cost.app_share
        for load in results.loads
        if (seen := results.figures.get((load.name, direct.way.name))) and seen.cost.app_share is not None
    ]
    cheapest = min((one.cpu_per_gb for one in proxies if one.cpu_per_gb is not None), default=None)
    return (
        Tile(
            numbers.percent(direct.availability),
            "of visits answered within 1 s while people upload, at worst",
        ),
        Tile(numbers.quantile(direct.p99), _against_idle(slow)),
        Tile(
            "not sampled" if direct.cpu_per_gb is None else numbers.cpu_seconds(direct.cpu_per_gb),
            "of CPU time on the application server for each GB uploaded"
            + (f"; the cheapest proxy way takes {numbers.cpu_seconds(cheapest)}" if cheapest else ""),
        ),
        Tile(
            numbers.percent(max(shares)) if shares else "not counted",
            "of the uploaded bytes touch the application server; a proxy carries all of them",
        ),
    )


def _against_idle(slow: list[float]) -> str:
    words = "for 99 of 100 visits while people upload"
    return words + (f": {numbers.times(max(slow))} as long as with no upload at all" if slow else "")
