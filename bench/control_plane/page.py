"""The result as Markdown, by itself or between the markers of a page of the documentation."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.control_plane.load import Burst
from bench.control_plane.run import Measured
from bench.report import docs, numbers
from bench.report.markdown import plain
from bench.statistics.bootstrap import Interval

_LABELS: Final = {
    "site": "direct-upload, `POST /api/uploads`",
    "uvloop": "the same with uvloop",
    "embedded": "the same in a site of Starlette, on uvicorn with uvloop and httptools",
    "batch": "direct-upload, `POST /api/uploads/batch`, 100 at a time",
    "companion": "Uppy Companion, `/s3/params`",
    "bare": "A Tornado handler that only signs",
}
_COLUMNS: Final = (
    "Server, one process on one core",
    "Uploads begun a second",
    "As many as Companion",
    "CPU an upload",
    "A request's median wait",
    "p99",
)
_REFERENCE: Final = "companion"
# The range of n paired ratios misses their true median with a probability of 2 * 0.5 ** n: 6 % of five.
_FEWEST_ROUNDS: Final = 5


def rendered(measured: Measured, setting: dict[str, Any]) -> str:
    """The tables."""
    return "\n".join([*_rates(measured), "", _commits(measured), "", _where(setting)])


def update_page(text: str, page: Path) -> bool:
    """Write TEXT between the page's markers; tell whether that changed it."""
    before = page.read_text(encoding="utf-8")
    docs.check_markers(before, str(page))
    after = docs.inserted(before, text)
    page.write_text(after, encoding="utf-8")
    return after != before


def _rates(measured: Measured) -> list[str]:
    reference = measured.bursts.get(_REFERENCE, [])
    return [
        f"| {' | '.join(_COLUMNS)} |",
        f"| --- |{' --: |' * (len(_COLUMNS) - 1)}",
        *(_row(_LABELS[name], found, reference) for name, found in measured.bursts.items()),
    ]


def _row(label: str, found: Sequence[Burst], reference: Sequence[Burst]) -> str:
    ratio = paired([one.rate for one in found], [one.rate for one in reference])
    cells = [
        label,
        numbers.digits(median(one.rate for one in found)),
        numbers.NOTHING if ratio is None else _times(ratio),
        f"{numbers.digits(median(one.cpu_microseconds for one in found))}{numbers.SPACE}µs",
        numbers.seconds(median(one.p50 for one in found)),
        numbers.seconds(median(one.p99 for one in found)),
    ]
    return f"| {' | '.join(cells)} |"


def paired(of: Sequence[float], reference: Sequence[float]) -> Interval | None:
    """The median of the ratios round by round, and their range where that says enough."""
    ratios = [one / other for one, other in zip(of, reference, strict=False)]
    if not ratios:
        return None
    if len(ratios) < _FEWEST_ROUNDS:
        return Interval(median(ratios), None, None)
    return Interval(median(ratios), min(ratios), max(ratios))


def _times(ratio: Interval) -> str:
    text = f"{numbers.digits(ratio.value, 2)} times"
    if ratio.low is None or ratio.high is None:
        return text
    return f"{text} \\[{numbers.digits(ratio.low, 2)} to {numbers.digits(ratio.high, 2)}\\]"


def _commits(measured: Measured) -> str:
    site = median(one.site_seconds for one in measured.commits)
    swift = median(one.swift_seconds for one in measured.commits)
    share = median(one.swift_seconds / one.site_seconds for one in measured.commits)
    return (
        f"Completing a file of 100 segments takes {numbers.seconds(site)}. Swift, asked directly to write "
        f"the same manifest, takes {numbers.seconds(swift)}: {numbers.percent(share)} of it."
    )


def _where(setting: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in setting["versions"].items())
    machine = setting["machine"]
    where = f"{machine['cpu']}, {machine['cores']} cores, {setting['started_at'][:10]}"
    return f"Measured on {plain(where)}, with {versions}; {setting['rounds']} rounds."
