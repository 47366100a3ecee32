"""Tables of what was measured: how visitors fared, what uploaders got, what it cost."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from bench.records import Architecture, Scenario
from bench.report import numbers
from bench.report.table import Cell, Level, Table, level, table
from bench.results import Results
from bench.statistics.figures import Figures
from bench.statistics.timeline import Timeline, by_phase, recovery_seconds
from bench.statistics.waits import Floats

TENTHS: Final = 10


def overview(results: Results) -> Table:
    """Architectures by scenarios: availability, p99 and the longest silence."""
    return table(
        "Visits answered within 1 second, while each kind of upload goes on",
        ("Architecture", *(scenario.label for scenario in results.run.scenarios)),
        [
            [way.label, *(_news(results, scenario, way) for scenario in results.run.scenarios)]
            for way in results.run.architectures
        ],
    )


def _news(results: Results, scenario: Scenario, way: Architecture) -> Cell:
    measured = results.measured[scenario.name, way.name]
    if measured.failed:
        return Cell("failed", _first_line(measured.failures[0]), Level.FAILED)
    seen = results.figures.get((scenario.name, way.name))
    if seen is None:
        return Cell("not measured")
    response = seen.response
    if response.availability is None or response.latency is None:
        return Cell("no visits")
    note = f"p99 {numbers.quantile(response.latency.p99)}\nsilent {numbers.seconds(response.silence.longest)}"
    return Cell(numbers.percent(response.availability.value), note, level(response.availability.value))


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:120] if text.strip() else "no reason was given"


def _waited(seen: Figures, percentile: str) -> str:
    of = seen.response.latency
    return numbers.NOTHING if of is None else numbers.quantile(getattr(of, percentile))


def _within(seen: Figures) -> Cell:
    of = seen.response.availability
    return Cell(numbers.NOTHING) if of is None else Cell(numbers.percent(of.value), level=level(of.value))


Column = tuple[str, Callable[[Figures], Cell | str]]

_RESPONSE: Final[Sequence[Column]] = (
    ("visits", lambda seen: numbers.count(seen.response.visits)),
    ("within 1 s", _within),
    ("p50", lambda seen: _waited(seen, "p50")),
    ("p90", lambda seen: _waited(seen, "p90")),
    ("p99", lambda seen: _waited(seen, "p99")),
    ("p99.9", lambda seen: _waited(seen, "p999")),
    ("slowest", lambda seen: _waited(seen, "maximum")),
    ("longest silence", lambda seen: numbers.seconds(seen.response.silence.longest)),
    ("silent in all", lambda seen: numbers.seconds(seen.response.silence.noticeable)),
)

_UPLOADS: Final[Sequence[Column]] = (
    ("uploads done", lambda seen: numbers.count(seen.uploads.finished)),
    ("failed", lambda seen: numbers.count(seen.uploads.failed)),
    ("most at once", lambda seen: numbers.count(seen.uploads.most_in_flight)),
    (
        "goodput",
        lambda seen: numbers.amount(seen.uploads.goodput.value if seen.uploads.goodput else None, "B/s"),
    ),
    ("mean time", lambda seen: numbers.seconds(seen.uploads.mean_seconds)),
)

_COST: Final[Sequence[Column]] = (
    ("CPU s a GB", lambda seen: Cell(
        numbers.cpu_seconds(seen.cost.cpu_per_gb.value if seen.cost.cpu_per_gb else None),
        numbers.span(seen.cost.cpu_per_gb))),
    ("with visits", lambda seen: numbers.cpu_seconds(seen.cost.gross_cpu_per_gb)),
    ("app cores", lambda seen: numbers.count(seen.cost.cores)),
    ("Swift cores", lambda seen: numbers.count(seen.cost.swift_cores)),
    ("bytes through app", lambda seen: numbers.percent(seen.cost.app_share)),
    ("peak memory", lambda seen: numbers.amount(seen.cost.rss_bytes)),
    ("peak disk", lambda seen: numbers.amount(seen.cost.disk_bytes)),
    ("connections", lambda seen: numbers.count(seen.cost.connections)),
)  # fmt: skip


def responses(results: Results, scenario: Scenario) -> Table:
    """All percentiles of a scenario."""
    return _by_architecture(results, scenario, _RESPONSE, f"{scenario.label}: how long visitors waited")


def uploads(results: Results, scenario: Scenario) -> Table:
    """What the uploaders got in a scenario."""
    return _by_architecture(results, scenario, _UPLOADS, f"{scenario.label}: what the uploaders got")


def costs(results: Results, scenario: Scenario) -> Table:
    """What a scenario cost the application server."""
    return _by_architecture(
        results, scenario, _COST, f"{scenario.label}: what it cost the application server"
    )


def _by_architecture(results: Results, scenario: Scenario, columns: Sequence[Column], caption: str) -> Table:
    rows: list[Sequence[Cell | str]] = []
    for way in results.run.architectures:
        seen = results.figures.get((scenario.name, way.name))
        if seen is not None:
            rows.append([way.label, *(made(seen) for _, made in columns)])
        elif results.measured[scenario.name, way.name].failed:
            reason = _first_line(results.measured[scenario.name, way.name].failures[0])
            rows.append([way.label, Cell("failed", reason, Level.FAILED), *[""] * (len(columns) - 1)])
    return table(caption, ("Architecture", *(name for name, _ in columns)), rows)


def over_time(scenario: Scenario, told: Sequence[tuple[Architecture, Timeline]]) -> Table:
    """The slowest visit of each tenth of the time, with the most uploads in flight then."""
    edges = np.linspace(0, scenario.seconds, TENTHS + 1)
    return table(
        f"{scenario.label}: slowest visit (most uploads in flight) in each tenth of the time",
        ("Architecture", *(f"to {numbers.digits(edge, 2)}{numbers.SPACE}s" for edge in edges[1:])),
        [[way.label, *_tenths(timeline, edges)] for way, timeline in told],
    )


def _tenths(told: Timeline, edges: Floats) -> list[str]:
    said = []
    for begin, end in pairwise(edges):
        chosen = (told.moments >= begin) & (told.moments < end)
        worst, flying = told.worst[chosen], told.in_flight[chosen]
        waited = numbers.seconds(float(np.nanmax(worst))) if np.isfinite(worst).any() else numbers.NOTHING
        said.append(f"{waited} ({int(flying.max(initial=0))})")
    return said


def _recovered(after: float | None) -> str:
    return "not in time" if after is None else numbers.seconds(after) if after else "at once"


def phases(results: Results, scenario: Scenario) -> Table:
    """How visitors fared before, during and after a surge, and how long the site took to recover."""
    names = [phase.name for phase in scenario.phases]
    rows: list[Sequence[Cell | str]] = []
    for way in results.run.architectures:
        measured = results.measured[scenario.name, way.name]
        if (scenario.name, way.name) not in results.figures:
            continue
        told = [
            Cell(
                numbers.percent(one.availability),
                f"p99 {numbers.quantile(one.latency.p99 if one.latency else None)}",
                Level.PLAIN if one.availability is None else level(one.availability),
            )
            for one in by_phase(measured.waits, scenario.phases)
        ]
        recovered = recovery_seconds(measured.waits, scenario.phases[-1])
        rows.append([way.label, *told, _recovered(recovered)])
    return table(
        f"{scenario.label}: visits answered within 1 s, by phase",
        ("Architecture", *names, "recovered after"),
        rows,
    )
