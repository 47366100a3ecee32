"""The charts: figures in, SVG out. Each has its table beside it in the report, so none carries a number
alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator

from bench.report.canvas import INK, QUIET, apart, canvas, seconds_axis, svg
from bench.report.lines import Line
from bench.statistics.bootstrap import Interval
from bench.statistics.timeline import Timeline
from bench.statistics.waits import IN_TIME_SECONDS

PERCENTILES: Final = (0, 50, 90, 99, 99.9, 99.99)
WHOLE: Final = 100.0
MARKERS: Final = "osD^vPX"
LABEL_GAP: Final = 0.062


@dataclass(frozen=True)
class Curve:
    """A named line: what is on x and y is the chart's matter."""

    label: str
    line: Line
    points: Sequence[tuple[float, float]]


def percentile_chart(name: str, curves: Sequence[Curve], description: str) -> str:
    """Waits by percentile: x stretched towards 100 %, so that the tail can be seen; y in seconds, log."""
    figure, [axes] = canvas(9.2, 4.6)
    highest = max((wait for curve in curves for _, wait in curve.points), default=1.0)
    last = max((percent for curve in curves for percent, _ in curve.points if percent < WHOLE), default=99.0)
    reach = _nines(last)
    bottom = floor(min((curve.points[len(curve.points) // 4][1] for curve in curves), default=1e-3))
    seconds_axis(axes, bottom, max(2.0, highest * 1.5))
    axes.axhline(IN_TIME_SECONDS, color=INK, lw=0.8, zorder=1)
    ends = []
    for curve in curves:
        shown = [(min(_nines(percent), reach), max(wait, bottom)) for percent, wait in curve.points]
        _draw(axes, curve.line, shown)
        ends.append(shown[-1][1])
    _labels(axes, curves, ends)
    ticks = [percent for percent in PERCENTILES if _nines(percent) <= reach]
    axes.set_xlim(0, reach)
    axes.xaxis.set_major_locator(FixedLocator([_nines(percent) for percent in ticks]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda _, at: f"{ticks[at]:g} %" if at is not None else ""))
    axes.set_xlabel("share of the visits")
    axes.set_ylabel("answered within")
    return svg(figure, name, description)


def _draw(axes: Axes, line: Line, points: Sequence[tuple[float, float]]) -> None:
    x, y = zip(*points, strict=True)
    axes.plot(
        x, y, color=line.colour, ls=line.dashes, lw=line.width, marker=line.marker, ms=5, markevery=0.13
    )


def _nines(percent: float) -> float:
    return -math.log10(max(1e-5, 1 - percent / 100))


def floor(seconds: float) -> float:
    """Where a log axis begins that shows waits of so many seconds: a power of ten."""
    return 10.0 ** math.floor(math.log10(max(seconds, 1e-5)))


def _labels(axes: Axes, curves: Sequence[Curve], ends: Sequence[float]) -> None:
    """Each line's name at its end, moved apart where the lines meet."""
    low, high = (math.log10(limit) for limit in axes.get_ylim())
    heights = [(math.log10(end) - low) / (high - low) for end in ends]
    for curve, height, at in zip(curves, apart(heights, LABEL_GAP, 0.0, 1.0), heights, strict=True):
        axes.annotate(
            curve.label, (1, at), xycoords="axes fraction", xytext=(1.06, height), textcoords="axes fraction",
            va="center", color=curve.line.colour, fontsize=9.5, annotation_clip=False,
            weight="bold" if curve.line.width > 2 else "normal",  # noqa: PLR2004 - the thick line is the direct way
            arrowprops={"arrowstyle": "-", "color": curve.line.colour, "lw": 0.7, "shrinkA": 0, "shrinkB": 0,
                        "relpos": (0, 0.5)},
        )  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """The axes that the small charts of a scenario share: its seconds, waits in seconds, uploads."""

    seconds: float
    shortest: float
    longest: float
    uploads: float


def timeline_chart(name: str, line: Line, told: Timeline, limits: Limits, description: str) -> str:
    """The worst wait of each slice of time, and the uploads in flight below."""
    figure, (waits, flying) = canvas(4.6, 2.9, rows=(2.4, 1), layout=None)
    figure.subplots_adjust(left=0.175, right=0.985, top=0.97, bottom=0.165, hspace=0.16)
    bottom = floor(limits.shortest)
    seconds_axis(waits, bottom, max(2.0, limits.longest * 1.5))
    waits.axhline(IN_TIME_SECONDS, color=INK, lw=0.8, zorder=1)
    waits.fill_between(told.moments, bottom, told.worst, step="mid", color=line.colour, alpha=0.25, lw=0)
    waits.step(told.moments, told.worst, where="mid", color=line.colour, lw=1.3)
    flying.fill_between(told.moments, told.in_flight, step="mid", color=QUIET, alpha=0.45, lw=0)
    flying.set_ylim(0, max(1.0, limits.uploads) * 1.1)
    flying.yaxis.set_major_locator(MaxNLocator(2, integer=True))
    flying.set_xlim(0, limits.seconds)
    waits.set_ylabel("slowest visit")
    flying.set_ylabel("uploads")
    flying.set_xlabel("seconds")
    figure.align_ylabels()
    return svg(figure, name, description)


@dataclass(frozen=True)
class Dots:
    """A row of a dot chart: for each series a figure with its interval, or None."""

    label: str
    figures: Sequence[Interval | None]
    line: Line


@dataclass(frozen=True)
class Scale:
    """An axis of figures: its words, and whether it is logarithmic (or linear from 0)."""

    label: str
    log: bool


def dot_chart(name: str, rows: Sequence[Dots], series: Sequence[str], scale: Scale, description: str) -> str:
    """A row for each architecture, a marker for each of the series, bars for confidence intervals."""
    figure, [axes] = canvas(9.2, 1.1 + 0.42 * len(rows))
    for number, label in enumerate(series):
        marker = MARKERS[number % len(MARKERS)]
        for at, row in enumerate(rows):
            _dot(axes, row, at + (number - (len(series) - 1) / 2) * 0.16, row.figures[number], marker)
        axes.plot([], [], ls="none", marker=marker, color=QUIET, label=label)
    if scale.log:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        axes.set_xlim(0, None)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_yticks(range(len(rows)), [row.label for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.yaxis.grid(visible=False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(scale.label)
    figure.legend(loc="outside upper right", ncols=max(1, len(series)), frameon=False, fontsize=9)
    return svg(figure, name, description)


def _dot(axes: Axes, row: Dots, at: float, figure: Interval | None, marker: str) -> None:
    if figure is None:
        return
    colour = row.line.colour
    if figure.value <= 0:
        if figure.high is not None and figure.high > 0:
            axes.plot(figure.high, at, marker="<", fillstyle="none", color=colour, ms=6.5)
        return
    if figure.low is not None and figure.high is not None:
        axes.plot([max(figure.low, figure.value / 10), figure.high], [at, at], color=colour, lw=1.4)
    axes.plot(figure.value, at, marker=marker, markeredgecolor="white", color=colour, ms=6.5)


def growth_chart(name: str, curves: Sequence[Curve], x: str, y: str, description: str) -> str:
    """Lines on two log axes: what grows with what."""
    figure, [axes] = canvas(9.2, 4.4)
    axes.set_xscale("log")
    axes.set_yscale("log")
    for curve in curves:
        axes.plot(
            *zip(*curve.points, strict=True),
            color=curve.line.colour,
            ls=curve.line.dashes,
            lw=curve.line.width,
        )
    axes.margins(x=0)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(
            FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}")
        )
        axis.set_minor_locator(NullLocator())
    _labels(axes, curves, [curve.points[-1][1] for curve in curves])
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    return svg(figure, name, description)
