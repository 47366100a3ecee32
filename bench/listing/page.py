"""The result as a table and a chart, by itself or between the markers of docs/scale.md."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from matplotlib.ticker import FuncFormatter

from bench.listing.measure import QUESTIONS
from bench.report import docs, numbers
from bench.report.canvas import canvas, seconds_axis, svg
from bench.report.markdown import plain

_LOOKS: Final = {
    "few": ("#0b5cab", "o"),
    "many": ("#d55e00", "s"),
    "middle": ("#b57c00", "^"),
    "find": ("#b0457f", "v"),
    "segment": ("#00795a", "D"),
    "manifest": ("#5a5a5a", "X"),
    "beside": ("#3a87c2", "<"),
}
_SWEEP: Final = "whole sweep"

Measured = Mapping[str, Any]


def rendered(measured: Measured) -> str:
    """The table, and on what it was measured."""
    sizes = measured["sizes"]
    heads = ["", *(f"{size['objects']:,} objects" for size in sizes)]
    waits = {label: [_wait(size["waits"][name]) for size in sizes] for name, label in QUESTIONS.items()}
    rows = {
        **waits,
        _SWEEP: [numbers.seconds(size["sweep_seconds"]) for size in sizes],
        "database": [numbers.amount(size["database_bytes"]) for size in sizes],
        "files of the owner of many": [f"{size['files_of_many']:,}" for size in sizes],
    }
    table = [heads, ["---", *("--:" for _ in sizes)], *([label, *cells] for label, cells in rows.items())]
    return "\n".join([*(f"| {' | '.join(row)} |" for row in table), "", _where(measured)])


def update(measured: Measured, page: Path, picture: Path) -> None:
    """Write the table between the page's markers, and the chart into PICTURE."""
    before = page.read_text(encoding="utf-8")
    docs.check_markers(before, str(page))
    picture.write_text(chart(measured["sizes"]), encoding="utf-8")
    shown = f"![Waits against the number of objects](images/{picture.name})"
    page.write_text(docs.inserted(before, f"{rendered(measured)}\n\n{shown}"), encoding="utf-8")


def chart(sizes: Sequence[Measured]) -> str:
    """Medians against the number of objects, both axes logarithmic."""
    figure, [axes] = canvas(8, 4.6)
    objects = [size["objects"] for size in sizes]
    for name, label in QUESTIONS.items():
        colour, marker = _LOOKS[name]
        axes.plot(
            objects,
            [size["waits"][name]["median"] for size in sizes],
            color=colour,
            marker=marker,
            label=label,
        )
    axes.plot(objects, [size["sweep_seconds"] for size in sizes], color="#111111", marker="*", label=_SWEEP)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _at: f"{value:,.0f}"))
    every = [one["median"] for size in sizes for one in size["waits"].values()]
    seconds_axis(axes, 0.5 * min(every), 2 * max(*every, *(size["sweep_seconds"] for size in sizes)))
    axes.set_xlabel("objects in the container")
    figure.legend(frameon=False, fontsize=9, loc="outside upper center", ncols=3)
    drawn = svg(figure, "listing", "Waits of listings, writes and a sweep against the number of objects")
    # A page with a dark theme would show dark lines on dark ground.
    return drawn.replace("<svg", '<svg style="background: #fff"', 1) + "\n"


def _wait(waits: Mapping[str, float]) -> str:
    return f"{numbers.seconds(waits['median'])} / {numbers.seconds(waits['fastest'])}"


def _where(measured: Measured) -> str:
    machine, versions = measured["machine"], measured["versions"]
    where = f"{machine['cpu']}, {machine['cores']} cores, {measured['started_at'][:10]}"
    place = "on the machine's disk" if measured["on_disk"] else "in memory"
    return (
        f"Median and fastest of {measured['repetitions']}, one request at a time. Measured on "
        f"{plain(where)}, with Swift {versions['swift']} in one process, its data {place}; before, other "
        f"programs used {measured['busy_share_before']:.0%} of the machine."
    )
