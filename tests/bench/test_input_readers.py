"""The statistics of the input reader benchmark, its clients against a real worker, and its report."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.input_readers.measure import Run
from bench.input_readers.report import percentile, publish, summarize, table

ROOT = Path(__file__).parents[2]

PERCENTILES = [
    ([5.0], 0.99, 5.0),
    ([1.0, 2.0], 0.5, 1.0),
    (list(range(1, 101)), 0.99, 99),
    ([3.0, 1.0, 2.0], 1.0, 3.0),
]


@pytest.mark.parametrize(("values", "fraction", "expected"), PERCENTILES)
def test_a_percentile_is_a_value_that_was_seen(values, fraction, expected):
    assert percentile(values, fraction) == expected


def test_rounds_are_pooled_and_throughput_is_the_median_round():
    runs = [Run("a", number, [0.001 * (number + 1)], rate, []) for number, rate in enumerate((1e6, 9e6, 2e6))]
    summary, other = summarize([*runs, Run("b", 0, [0.5], 4e6, [])])
    assert (summary.probes, summary.p50, summary.maximum, summary.throughput) == (3, 2.0, 3.0, 2.0)
    assert "| b | 1 | 500.0 | 500.0 | 500.0 | 4 | 2.00 |" in table([summary, other])


def test_a_table_is_renewed_in_its_place_on_a_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "before\n<!-- measured: python -m bench.input_readers -->\nold\n<!-- end of measured -->\nafter\n"
    )
    publish("| new |", page)
    assert [line for line in page.read_text().splitlines() if "<!--" not in line] == [
        "before",
        "| new |",
        "after",
    ]


def test_a_small_run_measures_every_scenario_and_writes_its_report(tmp_path):
    command = [sys.executable, "-m", "bench.input_readers", "--out", str(tmp_path), "--rounds", "1"]
    subprocess.run([*command, "--uploads", "1", "--megabytes", "5"], cwd=ROOT, check=True, timeout=120)
    runs = json.loads((tmp_path / "raw.json").read_text())["runs"]
    assert len({run["scenario"] for run in runs}) == 5
    assert all(run["latencies"] and len(run["uploads"]) == 3 for run in runs)
    assert (tmp_path / "table.md").read_text().count("gevent, cooperative") == 2
    assert (tmp_path / "cooperative-reads.svg").read_text().startswith("<?xml")
