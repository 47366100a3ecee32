"""Which charts a report has: results in, charts with their words and their tables out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.capacity import Demand, Need, need
from bench.records import Architecture, Scenario
from bench.report import charts, model_tables, numbers
from bench.report.lines import Line, lines
from bench.report.measured_tables import over_time
from bench.report.model_tables import FILE, SERVER
from bench.report.table import Table
from bench.results import Results
from bench.statistics.bootstrap import Interval
from bench.statistics.figures import Figures
from bench.statistics.measured import GB
from bench.statistics.timeline import Timeline, timeline
from bench.statistics.waits import percentile_curve

SLICES: Final = 100
DEMANDS: Final = tuple(10 ** (power / 4) for power in range(4, 25))


@dataclass(frozen=True)
class Chart:
    """A drawn chart, what it shows in a sentence, and, if nothing else on the page has it, its table."""

    title: str
    svg: str
    table: Table | None = None


@dataclass(frozen=True)
class Strip:
    """Small charts of one scenario, one for each architecture, and the table of all of them."""

    charts: tuple[Chart, ...]
    table: Table


def percentiles(results: Results, scenario: Scenario) -> str | None:
    """The percentile curves of a scenario as SVG; None when nothing was measured."""
    looks = lines(results.run.architectures)
    curves = [
        charts.Curve(
            way.label, looks[way.name], percentile_curve(results.measured[scenario.name, way.name].waits)
        )
        for way in results.run.architectures
        if len(results.measured[scenario.name, way.name].waits)
    ]
    if not curves:
        return None
    told = "; ".join(_told(results, scenario, way) for way in results.run.architectures)
    description = f"Waits by percentile under the load '{scenario.label}', on log axes. p99: {told}."
    return charts.percentile_chart(f"percentiles-{scenario.name}", curves, description)


def _told(results: Results, scenario: Scenario, way: Architecture) -> str:
    seen = results.figures.get((scenario.name, way.name))
    latency = seen.response.latency if seen else None
    return f"{way.label} {numbers.quantile(latency.p99) if latency else 'not measured'}"


def timelines(results: Results, scenario: Scenario) -> Strip | None:
    """What visitors waited, moment by moment, in the first repetition of each architecture."""
    looks = lines(results.run.architectures)
    told = [
        (way, timeline(results.measured[scenario.name, way.name].good[0], SLICES))
        for way in results.run.architectures
        if results.measured[scenario.name, way.name].good
    ]
    told = [(way, one) for way, one in told if len(one.waits)]
    if not told:
        return None
    limits = charts.Limits(
        seconds=scenario.seconds,
        shortest=min(float(np.nanmin(one.worst)) for _, one in told),
        longest=max(float(np.nanmax(one.worst)) for _, one in told),
        uploads=max(float(one.in_flight.max()) for _, one in told),
    )
    drawn = tuple(Chart(way.label, _strip(scenario, way, looks[way.name], one, limits)) for way, one in told)
    return Strip(drawn, over_time(scenario, told))


def _strip(scenario: Scenario, way: Architecture, look: Line, told: Timeline, limits: charts.Limits) -> str:
    slowest = numbers.seconds(float(np.nanmax(told.worst)))
    description = (
        f"{way.label} under the load '{scenario.label}': slowest visit {slowest}, "
        f"up to {int(told.in_flight.max())} uploads in flight."
    )
    return charts.timeline_chart(f"time-{scenario.name}-{way.name}", look, told, limits, description)


def cpu(results: Results) -> str | None:
    """CPU seconds for a GB, by architecture and scenario."""
    scale = charts.Scale("CPU seconds of the application server for each GB", log=True)
    return _dots(results, "cpu", lambda seen: seen.cost.cpu_per_gb, scale)


def memory(results: Results) -> str | None:
    """Peak memory, by architecture and scenario."""
    scale = charts.Scale("peak memory of the application server, MB", log=False)
    return _dots(results, "memory", _megabytes, scale)


def _megabytes(seen: Figures) -> Interval | None:
    return None if seen.cost.rss_bytes is None else Interval(seen.cost.rss_bytes / 1e6, None, None)


Chosen = Callable[[Figures], Interval | None]


def _dots(results: Results, name: str, chosen: Chosen, scale: charts.Scale) -> str | None:
    looks, ways = lines(results.run.architectures), results.run.architectures
    rows = [charts.Dots(way.label, _chosen(results, way, chosen), looks[way.name]) for way in ways]
    known = [
        figure.value for row in rows for figure in row.figures if figure is not None and figure.value > 0
    ]
    if not known:
        return None
    description = (
        f"{scale.label}, by architecture and scenario: from {numbers.digits(min(known))} "
        f"to {numbers.digits(max(known))}; the tables have every figure."
    )
    return charts.dot_chart(name, rows, [load.label for load in results.loads], scale, description)


def _chosen(results: Results, way: Architecture, chosen: Chosen) -> Sequence[Interval | None]:
    found = (results.figures.get((load.name, way.name)) for load in results.loads)
    return [None if seen is None else chosen(seen) for seen in found]


def growth(results: Results) -> list[Chart]:
    """What ten to a million uploads at once need, as the model has it: servers, and memory."""
    if not results.calibrated:
        return []
    servers, memory = model_tables.servers(results), model_tables.memory(results)
    return [
        Chart(servers.caption, _growth(results, "servers", lambda of: of.servers), servers),
        Chart(memory.caption, _growth(results, "memory, GB", lambda of: of.memory_bytes / GB), memory),
    ]


def _growth(results: Results, axis: str, chosen: Callable[[Need], float]) -> str:
    looks = lines(results.run.architectures)
    curves = [
        charts.Curve(
            results.architecture(one.architecture).label,
            looks[one.architecture],
            [(at, chosen(need(one.costs, Demand(at, FILE.size, FILE.bits), SERVER))) for at in DEMANDS],
        )
        for one in results.calibrated
    ]
    ends = "; ".join(f"{curve.label} {numbers.digits(curve.points[-1][1], 2)}" for curve in curves)
    description = f"{axis} by uploads at once, on log axes. For a million uploads: {ends}."
    return charts.growth_chart(f"growth-{axis[:6]}", curves, "uploads at once", axis, description)
