"""What changed between two runs: every figure of the second as a ratio to the first, with how sure that is.

99 % intervals, as a comparison of two runs is dozens of comparisons at once: of a hundred figures that
did not change, one will still seem to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.report import numbers
from bench.report.markdown import plain
from bench.results import Place, Results, read_results
from bench.statistics.bootstrap import Difference, Estimator, Interval, difference, ratio
from bench.statistics.measured import Measured

LEVEL: Final = 0.99


@dataclass(frozen=True)
class Change:
    """A figure of one cell in the second run, divided by the same in the first."""

    place: Place
    figure: str
    ratio: Interval | None
    difference: Difference


def compare(first: Path, second: Path) -> str:
    """Markdown that says what changed from the run in one folder to the run in the other."""
    return compared(read_results(first), read_results(second))


def changes(first: Results, second: Results) -> list[Change]:
    """The figures of all cells that both runs measured with success."""
    both = [place for place in first.figures if place in second.figures]
    return [
        _change(place, name, figure(first, place), figure(second, place))
        for place in both
        for name, figure in _FIGURES
    ]


def _change(place: Place, name: str, first: Estimator | None, second: Estimator | None) -> Change:
    of = None if first is None or second is None else ratio(second, first, LEVEL)
    return Change(place, name, of, difference(of))


def _percentile(fraction: float) -> Callable[[Results, Place], Estimator]:
    return lambda results, place: _cell(results, place).percentile(fraction)


def _cell(results: Results, place: Place) -> Measured:
    return results.measured[place]


_FIGURES: Final[Sequence[tuple[str, Callable[[Results, Place], Estimator | None]]]] = (
    ("p50", _percentile(0.50)),
    ("p99", _percentile(0.99)),
    ("availability", lambda results, place: _cell(results, place).availability()),
    ("goodput", lambda results, place: _cell(results, place).goodput()),
    ("CPU a GB", lambda results, place: _cell(results, place).cpu_per_gb(results.cpu_per_visit(place[1]))),
)


def compared(first: Results, second: Results) -> str:
    """The comparison as Markdown: first what differs around the measurements, then the figures."""
    found = changes(first, second)
    told = [change for change in found if change.difference is not Difference.UNKNOWN]
    changed = [change for change in told if change.difference is not Difference.NONE]
    said = (
        f"{len(changed)} of {len(told)} figures differ significantly (99 % intervals; "
        f"by chance alone about {numbers.digits(len(told) * (1 - LEVEL), 2)} would)."
    )
    parts = ["# What changed", said, *_surroundings(first, second), *_tables(first, second, found)]
    return "\n\n".join(parts) + "\n"


def _surroundings(first: Results, second: Results) -> list[str]:
    """What makes two runs hard to compare: other machines, other versions, cells that only one of them
    has.
    """
    sides = [dict(vars(one.run.machine)) | one.run.versions for one in (first, second)]
    different = [
        f"- {plain(name)}: " + " → ".join(plain(str(side.get(name, "none"))) for side in sides)
        for name in sides[0] | sides[1]
        if sides[0].get(name) != sides[1].get(name)
    ]
    alone = [
        f"- only in the {side} run: {plain('/'.join(place))}"
        for side, one, other in (("first", first, second), ("second", second, first))
        for place in one.figures
        if place not in other.figures
    ]
    return ["Not the same in both runs:\n\n" + "\n".join(different + alone)] if different or alone else []


def _tables(first: Results, second: Results, found: list[Change]) -> list[str]:
    names = [name for name, _ in _FIGURES]
    by_cell = {(change.place, change.figure): change for change in found}
    tables = []
    for scenario in second.run.scenarios:
        places = [
            place for place in first.figures if place[0] == scenario.name and (place, names[0]) in by_cell
        ]
        if not places:
            continue
        lines = [["Architecture", *names], ["---"] * (len(names) + 1)]
        lines += [
            [plain(second.architecture(place[1]).label), *(_said(by_cell[place, name]) for name in names)]
            for place in places
        ]
        rows = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        tables.append(f"## {plain(scenario.label)}\n\n{rows}")
    return tables


def _said(change: Change) -> str:
    if change.ratio is None:
        return numbers.NOTHING
    amount = f"{numbers.times(change.ratio.value)} {plain(numbers.span(change.ratio))}".strip()
    if change.difference in (Difference.LOWER, Difference.HIGHER):
        return f"**{change.difference}: {amount}**"
    return f"{change.difference}, {amount}"
