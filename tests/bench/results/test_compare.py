"""Two runs beside each other: what surely changed, what did not, and what makes them hard to compare."""

from dataclasses import replace

import pytest

from bench.records import read_run, write_run
from bench.report import compare
from bench.report.compare import changes
from bench.results import read_results
from bench.statistics.bootstrap import Difference


def test_a_run_does_not_differ_from_itself(plausible_run):
    results = read_results(plausible_run)
    found = changes(results, results)
    assert {change.difference for change in found} <= {Difference.NONE, Difference.UNKNOWN}
    assert all(change.ratio.value == pytest.approx(1) for change in found if change.ratio)
    assert compare(plausible_run, plausible_run).startswith("# What changed\n\n0 of ")


def test_another_run_of_the_same_shows_no_more_than_chance(plausible_run, another_run):
    found = changes(read_results(plausible_run), read_results(another_run))
    known = [change for change in found if change.difference is not Difference.UNKNOWN]
    differing = [change for change in known if change.difference is not Difference.NONE]
    assert len(differing) <= len(known) * 0.05


def test_a_server_that_stops_answering_shows(plausible_run, hostile_run):
    text = compare(plausible_run, hostile_run)
    assert "**lower: 0\N{NO-BREAK SPACE}times" in text
    assert "only in the first run: slow/spool-sync" in text
    assert "<script>" not in text


def test_other_machines_and_versions_are_told(plausible_run, tmp_path):
    run = read_run(plausible_run)
    write_run(tmp_path, replace(run, machine=replace(run.machine, cores=64), versions={"tornado": "7"}))
    text = compare(plausible_run, tmp_path)
    assert "cores: 2 → 64" in text
    assert "tornado: 6.6.1 → 7" in text
    assert "gevent: 26.9.0 → none" in text
