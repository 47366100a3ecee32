"""The comparison of terminal programs, in small: it measures, writes results, and knows how to tell them."""

import json
import os
import subprocess
import sys
from itertools import pairwise, permutations

import pytest
from click.testing import CliRunner

from bench.terminal.command import terminal_command
from bench.terminal.contestants import not_installed
from bench.terminal.measure import Put, PutFailed, measured
from bench.terminal.page import rendered
from bench.terminal.run import in_turn

MIB = 1 << 20
SETTING = {
    "size": 100_000_000,
    "rounds": 2,
    "machine": {"cpu": "a CPU", "cores": 2},
    "started_at": "2026-11-22T00:00:00",
    "busy_share_before": 0.01,
    "not_installed": [],
}


@pytest.fixture
def no_rclone(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))


def test_a_quick_run_puts_by_each_program_and_keeps_what_it_measured(tmp_path):
    folder = tmp_path / "run"
    command = [sys.executable, "-m", "bench", "terminal", "--out", str(folder), "--mib", "2", "--rounds", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    results = json.loads((folder / "results.json").read_text())
    others = set() if not_installed() else {"rclone", "rclone-32M"}
    assert results["puts"].keys() == {"direct-upload", "swift", *others}
    assert all(
        one["seconds"] > 0 and one["peak_bytes"] > MIB for some in results["puts"].values() for one in some
    )
    assert "`direct-upload put`" in (folder / "report.md").read_text()


@pytest.mark.parametrize("count", [2, 4])
def test_each_program_comes_at_each_place_and_after_each_other_equally_often(count):
    rounds = [in_turn(list(range(count)), number) for number in range(count)]
    assert all(set(at_place) == set(range(count)) for at_place in zip(*rounds, strict=True))
    followers = [pair for order in rounds for pair in pairwise(order)]
    assert sorted(followers) == list(permutations(range(count), 2))


def test_a_ratio_is_that_of_each_round():
    puts = {
        "direct-upload": [Put(1.0, 40_000_000), Put(2.0, 41_000_000)],
        "swift": [Put(1.5, 30_000_000), Put(2.0, 30_000_000)],
    }
    text = rendered(puts, {"direct-upload": "ours", "swift": "theirs"}, SETTING)
    assert "| theirs | 1.75 | 57 | 1.25 \\[1.00 to 1.50\\] | 30 MB |" in text.replace("\u202f", " ").replace(
        "\xa0", " "
    )


@pytest.mark.usefixtures("no_rclone")
def test_a_program_that_is_not_installed_is_no_gap_in_the_report():
    puts = {"direct-upload": [Put(1.0, 40_000_000)]}
    text = rendered(puts, {"direct-upload": "ours"}, SETTING | {"not_installed": not_installed()})
    assert "| `rclone copyto` | not installed |  |  |  |" in text.splitlines()


@pytest.mark.usefixtures("no_rclone")
def test_without_rclone_nothing_is_published(tmp_path):
    done = CliRunner().invoke(terminal_command, ["--out", str(tmp_path), "--docs"])
    assert done.exit_code == 1
    assert "rclone is not installed" in done.output


def test_a_program_that_fails_is_no_measurement(tmp_path):
    with pytest.raises(PutFailed, match="why"):
        measured([sys.executable, "-c", "import sys; sys.exit('why')"], os.environ, tmp_path / "log")
