"""The results for programs: all figures as JSON, and the main ones as CSV, a line for each measured cell."""

import csv
import io
import json
from dataclasses import asdict
from typing import Any, Final

from bench.report.claims import claims
from bench.report.verdict import verdict
from bench.results import Place, Results
from bench.statistics.figures import Figures
from bench.statistics.waits import Latency

FORMAT: Final = 1
COLUMNS: Final = (
    "scenario", "architecture", "status", "repetitions", "seconds", "visits", "answered", "availability",
    "p50_seconds", "p90_seconds", "p99_seconds", "p999_seconds", "max_seconds", "p99_at_least",
    "longest_silence_seconds",
    "uploads_finished", "uploads_failed", "goodput_bytes_per_second", "moved_bytes", "cpu_seconds",
    "cpu_seconds_per_gb",
    "app_bytes", "app_share", "peak_rss_bytes", "peak_disk_bytes",
)  # fmt: skip


def as_json(results: Results) -> str:
    """Everything that was computed; seconds, bytes, and shares from 0 to 1."""
    said = {
        "format": FORMAT,
        "started_at": results.run.started_at,
        "finished_at": results.run.finished_at,
        "machine": asdict(results.run.machine),
        "verdict": asdict(verdict(results)),
        "claims": [asdict(claim) for claim in claims(results)],
        "cells": [_cell(results, place) for place in results.measured],
        "model": [asdict(one) for one in results.calibrated],
        "predictions": [asdict(one) for one in results.checks],
        "warnings": [asdict(one) for one in results.warnings],
    }
    return json.dumps(said, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _cell(results: Results, place: Place) -> dict[str, Any]:
    figures = results.figures.get(place)
    return {
        "scenario": place[0],
        "architecture": place[1],
        "status": _status(results, place),
        "failures": list(results.measured[place].failures),
        "figures": None if figures is None else asdict(figures),
    }


def _status(results: Results, place: Place) -> str:
    if place in results.figures:
        return "ok"
    return "failed" if results.measured[place].failed else "not measured"


def as_csv(results: Results) -> str:
    """A header and a line for each cell; empty where nothing was measured."""
    text = io.StringIO()
    lines = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    lines.writeheader()
    for place in results.measured:
        figures = results.figures.get(place)
        line = {"scenario": place[0], "architecture": place[1], "status": _status(results, place)}
        lines.writerow(line | (_flat(figures) if figures else {}))
    return text.getvalue()


def _flat(of: Figures) -> dict[str, Any]:
    return {
        "repetitions": of.repetitions,
        "seconds": of.seconds,
        "visits": of.response.visits,
        "answered": of.response.answered,
        "availability": of.response.availability.value if of.response.availability else None,
        **(_percentiles(of.response.latency) if of.response.latency else {}),
        "longest_silence_seconds": round(of.response.silence.longest, 6),
        "uploads_finished": of.uploads.finished,
        "uploads_failed": of.uploads.failed,
        "goodput_bytes_per_second": of.uploads.goodput.value if of.uploads.goodput else None,
        "moved_bytes": round(of.uploads.moved_bytes),
        "cpu_seconds": of.cost.cpu_seconds,
        "cpu_seconds_per_gb": of.cost.cpu_per_gb.value if of.cost.cpu_per_gb else None,
        "app_bytes": of.cost.app_bytes,
        "app_share": of.cost.app_share,
        "peak_rss_bytes": of.cost.rss_bytes,
        "peak_disk_bytes": of.cost.disk_bytes,
    }


def _percentiles(of: Latency) -> dict[str, Any]:
    return {
        "p50_seconds": of.p50.seconds,
        "p90_seconds": of.p90.seconds,
        "p99_seconds": of.p99.seconds,
        "p999_seconds": of.p999.seconds,
        "max_seconds": of.maximum.seconds,
        "p99_at_least": int(of.p99.at_least),
    }
