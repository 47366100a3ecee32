"""The result as Markdown, by itself or between the markers of a page of the documentation."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.report import docs, numbers
from bench.terminal.contestants import OURS
from bench.terminal.measure import Put

_COLUMNS: Final = (
    "Program",
    "Seconds",
    "MB/s",
    "direct-upload is so many times as fast",
    "Most memory",
)


def rendered(puts: Mapping[str, Sequence[Put]], labels: Mapping[str, str], setting: Mapping[str, Any]) -> str:
    """A row a program: medians over the rounds; the ratio is that of each round, with its range.

    The setting's `not_installed` are the labels of programs that could not be measured.
    """
    size = setting["size"]
    rows = [_row(labels[name], some, puts[OURS], size) for name, some in puts.items()]
    rows += [
        f"| {label} | not installed |{'  |' * (len(_COLUMNS) - 2)}" for label in setting["not_installed"]
    ]
    head = [f"| {' | '.join(_COLUMNS)} |", f"| --- |{' --: |' * (len(_COLUMNS) - 1)}"]
    machine = setting["machine"]
    where = (
        f"A file of {numbers.amount(size)}, {setting['rounds']} rounds in turn, on {machine['cpu']}, "
        f"{machine['cores']} cores, {setting['started_at'][:10]}; before, "
        f"{setting['busy_share_before']:.0%} of the machine was busy."
    )
    return "\n".join([*head, *rows, "", where])


def update_page(text: str, page: Path) -> bool:
    """Write TEXT between the page's markers; tell whether that changed it."""
    before = page.read_text(encoding="utf-8")
    docs.check_markers(before, str(page))
    after = docs.inserted(before, text)
    page.write_text(after, encoding="utf-8")
    return after != before


def _row(label: str, some: Sequence[Put], ours: Sequence[Put], size: int) -> str:
    seconds = median(one.seconds for one in some)
    ratios = sorted(theirs.seconds / own.seconds for theirs, own in zip(some, ours, strict=True))
    ratio = f"{median(ratios):.2f} \\[{ratios[0]:.2f} to {ratios[-1]:.2f}\\]"
    peak = numbers.amount(max(one.peak_bytes for one in some))
    cells = (label, f"{seconds:.2f}", f"{size / seconds / 1e6:.0f}", "" if some is ours else ratio, peak)
    return f"| {' | '.join(cells)} |"
