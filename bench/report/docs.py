"""The current result in README and docs, between markers, made from committed raw data.

Only what stands between `<!-- bench -->` and `<!-- /bench -->` is written anew; the rest of the page is its
author's. A README gets the picture of the load with the most uploaders, other pages get all.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from bench.report import drawings, markdown
from bench.results import Results, read_results

BEGIN: Final = "<!-- bench -->"
END: Final = "<!-- /bench -->"


class MarkerError(Exception):
    """A page without the two markers, each once and in this order."""


def update_docs(folder: Path, pages: Iterable[Path], images: Path) -> list[Path]:
    """Write the result of the run in `folder` into the pages, its charts into `images`; return what
    changed.
    """
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    for page, text in texts.items():
        check_markers(text, str(page))
    results = read_results(folder)
    charts = _charts(results, images)
    changed = [file for file, text in charts.items() if _written(file, text)]
    for page, text in texts.items():
        shown = _busiest(results, charts) if page.name == "README.md" else list(charts)
        if _written(page, inserted(text, block(results, shown, page))):
            changed.append(page)
    return changed


def check_markers(text: str, name: str) -> None:
    """Raise MarkerError unless the text has both markers, each once and in order."""
    if (text.count(BEGIN), text.count(END)) != (1, 1) or text.index(BEGIN) > text.index(END):
        raise MarkerError(f"{name} needs {BEGIN} and {END}, each once and in this order")


def inserted(text: str, block: str) -> str:
    """The page's text with the block between its markers."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{block}\n{END}{after}"


def block(results: Results, charts: list[Path], page: Path) -> str:
    """What stands between the markers: the verdict, the table, and the charts as pictures."""
    run = results.run
    where = f"{run.machine.cpu}, {run.machine.cores} cores, {run.started_at[:10]}, profile {run.profile}"
    pictures = [
        f"![Waits by percentile: {chart.stem.removeprefix('bench-')}]({_relative(chart, page)})"
        for chart in charts
    ]
    return "\n\n".join([markdown.summary(results), *pictures, f"Measured on {markdown.plain(where)}."])


def _busiest(results: Results, charts: Iterable[Path]) -> list[Path]:
    busiest = max(results.loads, key=lambda load: load.uploaders, default=None)
    return [chart for chart in charts if busiest and chart.stem == f"bench-{busiest.name}"]


def _relative(target: Path, page: Path) -> str:
    return Path(os.path.relpath(target, page.parent)).as_posix()


def _charts(results: Results, images: Path) -> dict[Path, str]:
    images.mkdir(parents=True, exist_ok=True)
    drawn = {scenario.name: drawings.percentiles(results, scenario) for scenario in results.loads}
    return {
        images / f"bench-{name}.svg": _on_paper(chart) for name, chart in drawn.items() if chart is not None
    }


def _on_paper(chart: str) -> str:
    # A page with a dark theme would show dark lines on dark ground.
    return chart.replace("<svg", '<svg style="background: #fff"', 1) + "\n"


def _written(file: Path, text: str) -> bool:
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return False
    file.write_text(text, encoding="utf-8")
    return True
