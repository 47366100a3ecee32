"""A soak as a page: what was sent and said, what was found, and how memory and open files went."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.faults.marked import update
from bench.report import numbers
from bench.report.canvas import canvas, svg
from bench.report.table import Table, table
from bench.soak.judging import RULE, Trend, trends
from bench.soak.records import Recorded, read
from bench.soak.verdict import objections
from bench.soak.watching import Reading

PLOT: Final = "soak.svg"
GOOD: Final = "Nothing is lost, left over or there twice, no log has an error, and nothing grows."
_COLOURS: Final = ("#0b5cab", "#d55e00", "#00795a", "#b0457f", "#7a4a12")
_HEAD: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Soak</title><style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 } caption { text-align: left; font-weight: 600 }
td, th { border-bottom: 1px solid #dfe3e8; padding: .2rem .8rem .2rem 0; text-align: left }
</style><h1>Soak</h1>"""
_DESCRIPTION: Final = "Memory and open files of every kind of process over the time of the soak."


def render(folder: Path) -> None:
    """Write report.md, report.html and the plot."""
    recorded = read(folder)
    picture = plot(recorded.readings)
    (folder / PLOT).write_text(picture + "\n", encoding="utf-8")
    (folder / "report.md").write_text(block(recorded, PLOT) + "\n", encoding="utf-8")
    body = "\n".join(_as_html(part) for part in parts(recorded))
    (folder / "report.html").write_text(f"{_HEAD}\n{body}\n{picture}\n</html>\n", encoding="utf-8")


def block(recorded: Recorded, picture: str) -> str:
    """The report as Markdown, with the plot at the address PICTURE."""
    texts = [_as_markdown(part) for part in parts(recorded)]
    return "\n\n".join([*texts, f"![{_DESCRIPTION}]({picture})"])


def publish(recorded: Recorded, page: Path, picture: Path) -> bool:
    """Write the report between the page's markers, and the plot into PICTURE; whether the page changed."""
    # A page with a dark theme would show dark lines on dark ground.
    drawn = plot(recorded.readings).replace("<svg", '<svg style="background: #fff"', 1)
    is_changed = update(page, "soak", block(recorded, f"{picture.parent.name}/{picture.name}"))
    picture.write_text(drawn + "\n", encoding="utf-8")
    return is_changed


def parts(recorded: Recorded) -> list[str | Table]:
    """The report: paragraphs and tables."""
    soak, found = recorded.soak, recorded.soak.found
    against = objections(recorded)
    verdict = f"Not good: {'; '.join(against)}." if against else GOOD
    summary = (
        f"{verdict} {len(recorded.sent)} uploads in {soak.seconds / 60:.0f} minutes met "
        f"{len(recorded.gusts)} faults (seed {soak.seed}), on {soak.machine.cpu}, "
        f"{soak.machine.cores} cores, {soak.started_at[:10]}."
    )
    compared = (
        f"{found.files} files with {numbers.amount(found.compared_bytes)} are visible, each compared with "
        f"its source: {len(found.wrong)} differ, {len(found.lost)} that were said to be stored are not "
        f"there, {len(found.twice)} are there twice. Segments of no file before the sweep: "
        f"{found.left_before_sweep}; after it: {found.orphans}."
    )
    return [
        summary,
        _sent_table(recorded),
        compared,
        _faults(recorded),
        _trend_table(trends(recorded.readings)),
        RULE,
        _troubles(recorded),
    ]


def _sent_table(recorded: Recorded) -> Table:
    rows = []
    for client in sorted({one.client for one in recorded.sent}):
        own = [one for one in recorded.sent if one.client == client]
        failed = Counter(one.words for one in own if not one.is_stored)
        words = "; ".join(f"{text[:160]} ({count})" for text, count in failed.most_common(3))
        size = numbers.amount(sum(one.size for one in own))
        stored = sum(one.is_stored for one in own)
        rows.append((client, str(len(own)), size, str(stored), str(len(own) - stored), words))
    columns = ("client", "files", "bytes", "stored", "failed", "last words of those that failed")
    return table("What the clients said", columns, rows)


def _faults(recorded: Recorded) -> str:
    counted = Counter(gust.fault for gust in recorded.gusts)
    return "Faults: " + ", ".join(f"{fault} ({count})" for fault, count in counted.most_common()) + "."


def _trend_table(found: Sequence[Trend]) -> Table:
    rows = [
        (
            f"{trend.role}: {trend.what}",
            *(_amount(trend.what, value) for value in (trend.median, trend.growth)),
            trend.course.value,
        )
        for trend in found
    ]
    return table("What processes use", ("processes", "median", "growth", ""), rows)


def _amount(what: str, value: float) -> str:
    return f"{value / 1e6:.1f} MB" if what == "memory" else f"{value:.0f}"


def _troubles(recorded: Recorded) -> str | Table:
    if not recorded.soak.troubles:
        return "No errors in the logs of the site and of Swift."
    rows = [(line, str(count)) for line, count in sorted(recorded.soak.troubles.items())]
    return table("Errors in the logs of the site and of Swift", ("line", "times"), rows)


def _as_markdown(part: str | Table) -> str:
    if isinstance(part, str):
        return part
    rows = [part.columns, ("---",) * len(part.columns)]
    rows += [tuple(cell.text.replace("|", " ") for cell in row) for row in part.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _as_html(part: str | Table) -> str:
    if isinstance(part, str):
        return f"<p>{html.escape(part)}</p>"
    head = "".join(f"<th>{html.escape(column)}</th>" for column in part.columns)
    rows = ["".join(f"<td>{html.escape(cell.text)}</td>" for cell in row) for row in part.rows]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table><caption>{html.escape(part.caption)}</caption><tr>{head}</tr>{body}</table>"


def plot(readings: Sequence[Reading]) -> str:
    """Two panels, one line for each kind of process."""
    figure, (memory, files) = canvas(9.2, 6.0, rows=(3, 2))
    for colour, role in zip(_COLOURS, sorted({reading.role for reading in readings}), strict=False):
        own = [reading for reading in readings if reading.role == role]
        minutes = [reading.t / 60 for reading in own]
        memory.plot(minutes, [reading.rss_bytes / 1e6 for reading in own], color=colour, lw=1.2, label=role)
        files.plot(minutes, [reading.descriptors for reading in own], color=colour, lw=1.2)
    memory.set_ylabel("memory in MB")
    memory.set_ylim(bottom=0)
    memory.legend(frameon=False)
    files.set_ylabel("open files")
    files.set_ylim(bottom=0)
    files.set_xlabel("minutes")
    return svg(figure, "soak", _DESCRIPTION)
