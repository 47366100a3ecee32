"""Writes a run's report beside its raw data."""

from pathlib import Path

from bench.report.data import as_csv, as_json
from bench.report.markdown import markdown
from bench.report.page import page
from bench.results import read_results


def render(folder: Path) -> None:
    """Write `report.html`, `report.md`, `results.json` and `results.csv` into a run's folder.

    Works on a run that was killed, too: it reports what is there. `RecordError` when the folder holds no run.
    """
    results = read_results(folder)
    for name, made in (
        ("report.html", page),
        ("report.md", markdown),
        ("results.json", as_json),
        ("results.csv", as_csv),
    ):
        (folder / name).write_text(made(results), encoding="utf-8")
