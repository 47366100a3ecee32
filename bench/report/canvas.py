"""Matplotlib, set up for pages: SVG with real text, the same bytes for the same figures, and nothing to load.

Everything that is drawn is named for screen readers by the figure around it, so the SVG itself is one image.
"""

import html
import io
import re
from collections.abc import Sequence
from typing import Final, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator
from scipy.optimize import isotonic_regression

Layout = Literal["constrained"] | None

INK: Final = "#1c2430"
QUIET: Final = "#5b6675"
GRID: Final = "#dfe3e8"

_STYLE: Final = {
    "font.family": ["sans-serif"],
    "font.size": 10,
    "svg.fonttype": "none",
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
}


def canvas(
    width: float, height: float, rows: Sequence[float] = (1,), layout: Layout = "constrained"
) -> tuple[Figure, list[Axes]]:
    """An empty figure, in inches, with axes above each other that share x, of relative heights `rows`."""
    with mpl.rc_context(_STYLE):  # type: ignore[arg-type]
        figure = Figure(figsize=(width, height), layout=layout)
        axes = figure.subplots(len(rows), 1, sharex=True, squeeze=False, height_ratios=list(rows))
    return figure, [row[0] for row in axes]


def svg(figure: Figure, name: str, description: str) -> str:
    """The figure as an SVG element for a page. `name` keeps its ids apart from those of other figures."""
    text = io.StringIO()
    with mpl.rc_context(_STYLE | {"svg.hashsalt": name}):  # type: ignore[arg-type]
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    drawn = text.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(r"<metadata>.*?</metadata>", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', drawn)
    drawn = re.sub(r'(url\(#|href="#)', rf"\g<1>{name}-", drawn)
    drawn = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", drawn, count=1)
    drawn = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", drawn, count=1)
    return drawn.replace("<svg", f'<svg role="img" aria-label="{html.escape(description)}"', 1).strip()


def seconds_axis(axes: Axes, low: float, high: float) -> None:
    """A log y axis from `low` to `high` seconds, in ms and s."""
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    axes.yaxis.set_major_formatter(FuncFormatter(_seconds))
    axes.yaxis.set_minor_locator(NullLocator())


def _seconds(value: float, _position: object) -> str:
    return f"{value:g} s" if value >= 1 else f"{value * 1000:g} ms"


def apart(positions: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The positions moved as little as needed to be `gap` apart, in the same order, between `low` and `high`.

    With too little room for that, the gap shrinks.
    """
    gap = min(gap, (high - low) / max(1, len(positions) - 1))
    order = np.argsort(positions, kind="stable")
    steps = gap * np.arange(len(positions))
    # Less its steps, what is to be a gap apart need only ascend: that is an isotonic regression.
    level = isotonic_regression(np.asarray(positions, dtype=np.float64)[order] - steps).x
    placed = np.empty(len(positions))
    placed[order] = np.clip(level, low, high - gap * (len(positions) - 1)) + steps
    return [float(position) for position in placed]
