"""The result as Markdown, by itself or between the markers of a page of the documentation."""

from pathlib import Path
from typing import Any, Final

from bench.browser.cases import Case
from bench.browser.figures import Figures, figures, measured_cases
from bench.browser.records import Sample, read_samples, read_setting
from bench.report import docs, numbers
from bench.report.markdown import plain

_COLUMNS: Final = (
    "Way",
    "Time",
    "Speed",
    "As fast as {reference}",
    "CPU of the sender a GB",
    "Long tasks",
    "Longest pause of the page",
    "Page's memory",
)


def rendered(folder: Path) -> str:
    """The tables of the run in `folder`. Raises RecordError."""
    samples = read_samples(folder)
    parts = [_section(case, samples) for case in measured_cases(samples)]
    return "\n\n".join([*parts, _where(read_setting(folder), samples)])


def update_page(folder: Path, page: Path) -> bool:
    """Write the run's result between the page's markers; tell whether that changed it."""
    text = page.read_text(encoding="utf-8")
    docs.check_markers(text, str(page))
    changed = docs.inserted(text, rendered(folder))
    if changed == text:
        return False
    page.write_text(changed, encoding="utf-8")
    return True


def _section(case: Case, samples: list[Sample]) -> str:
    labels = {way.name: way.label for way in case.ways}
    columns = [column.format(reference=labels[case.reference]) for column in _COLUMNS]
    lines = [
        f"**{case.title}**",
        "",
        f"| {' | '.join(columns)} |",
        f"| --- |{' --: |' * (len(columns) - 1)}",
        *(_row(labels[found.way], found) for found in figures(case, samples)),
    ]
    return "\n".join(lines)


def _row(label: str, found: Figures) -> str:
    tasks = numbers.NOTHING
    if found.long_tasks is not None:
        tasks = numbers.count(found.long_tasks)
        if found.long_task_seconds:
            tasks += f" ({numbers.seconds(found.long_task_seconds)})"
    cells = (
        label,
        numbers.seconds(found.seconds),
        f"{numbers.amount(found.bytes_per_second)}/s",
        numbers.ratio(found.speed_ratio).replace("[", "\\[").replace("]", "\\]"),
        numbers.cpu_seconds(found.client_cpu_per_gb),
        tasks,
        numbers.seconds(found.longest_gap_seconds),
        numbers.amount(found.renderer_peak_bytes),
    )
    return f"| {' | '.join(cells)} |"


def _where(setting: dict[str, Any], samples: list[Sample]) -> str:
    rounds = 1 + max((sample.round for sample in samples), default=-1)
    machine = setting["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in setting["versions"].items())
    where = f"{machine['cpu']}, {machine['cores']} cores, {setting['started_at'][:10]}; {versions}"
    return (
        f"Medians of {rounds} interleaved rounds; ratios of the same round, with the lowest and the highest. "
        f"Measured on {plain(where)}."
    )
