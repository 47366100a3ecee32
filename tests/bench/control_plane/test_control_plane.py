"""The comparison of control planes: how rounds are paired and told, and one short run of real servers."""

import json
import shutil
import subprocess
import sys

import pytest

from bench.control_plane.commits import Commit
from bench.control_plane.load import Burst
from bench.control_plane.page import paired, rendered
from bench.control_plane.run import Measured

SETTING = {
    "started_at": "2026-11-22T12:00:00+00:00",
    "machine": {"cpu": "A_CPU", "cores": 2},
    "versions": {"@uppy/companion": "6.2.2"},
    "rounds": 5,
}


def burst(rate, cpu=200e-6):
    return Burst(uploads=rate, seconds=1.0, p50=0.001, p99=0.01, cpu_seconds=rate * cpu)


def test_a_ratio_is_of_one_round_and_its_range_needs_five():
    assert paired([10, 30], [10, 10]).value == 2
    assert paired([10, 30], [10, 10]).low is None
    five = paired([10, 20, 30, 40, 50], [10] * 5)
    assert (five.low, five.value, five.high) == (1, 3, 5)
    assert paired([10], []) is None


def test_the_report_says_how_many_times_and_how_much_is_swifts():
    bursts = {"site": [burst(5000)] * 5, "companion": [burst(1000, 1e-3)] * 5, "bare": [burst(6000)] * 5}
    text = rendered(Measured(bursts, [Commit(0.4, 0.3)]), SETTING)
    rows = [line for line in text.splitlines() if line.startswith("| ")][2:]
    site, companion, bare = (row.split(" | ")[1:4] for row in rows)
    assert site[:2] == ["5000", "5 times \\[5 to 5\\]"]
    assert companion[2] == "1000\N{NO-BREAK SPACE}µs"
    assert bare[2] == "200\N{NO-BREAK SPACE}µs"
    assert "400\N{NO-BREAK SPACE}ms" in text
    assert "75\N{NO-BREAK SPACE}%" in text
    assert r"A\_CPU" in text


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_a_short_run_measures_the_site_beside_a_bare_handler(tmp_path):
    command = [sys.executable, "-m", "bench", "control-plane", "--out", tmp_path / "run"]
    wishes = ["--rounds", "1", "--seconds", "1", "--without-companion"]
    done = subprocess.run([*command, *wishes], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "run" / "results.json").read_text())
    assert set(results["bursts"]) == {"site", "uvloop", "embedded", "batch", "bare"}
    assert all(one["uploads"] > 0 for rounds in results["bursts"].values() for one in rounds)
    (commit,) = results["commits"]
    assert commit["site_seconds"] > 0
    assert commit["swift_seconds"] > 0
