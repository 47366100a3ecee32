"""The command line, and a run in miniature from the command to the report."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench import __main__ as command
from bench.architectures import CONTENDERS
from bench.records import Role, measured_cells, read_recording, read_run
from bench.scenarios import PROFILES

ROOT = Path(__file__).parents[2]


@pytest.fixture
def wishes(monkeypatch):
    """A function that runs the command without measuring, and returns what would have been."""
    asked = []
    monkeypatch.setattr(command, "missing", lambda _folder, _wishes: [])
    monkeypatch.setattr(command, "run", lambda _folder, wishes, _show: asked.append(wishes))

    def ask(*arguments):
        result = CliRunner().invoke(command.main, ["run", "--out", "unused", *arguments])
        assert result.exit_code == 0, result.output
        return asked.pop()

    return ask


def bench(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "bench", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def app_share(recording):
    """Bytes exchanged with the application server, for each byte that was uploaded."""
    sent = sum(upload.bytes_sent for upload in recording.uploads)
    return (recording.cell.app_bytes_in + recording.cell.app_bytes_out) / sent


def test_two_architectures_from_the_command_to_the_report(tmp_path):
    ways = ["--architecture", "direct", "--architecture", "spool-gthread"]
    run = bench("run", "--scenario", "lan", "--seconds", 4, "--warm-up", 1, *ways, "--out", tmp_path)
    assert run.returncode == 0, run.stderr
    assert "A few fast senders · Direct to Swift: measured" in run.stderr
    recordings = {key.architecture: read_recording(tmp_path, key) for key in measured_cells(tmp_path)}
    assert recordings.keys() == {"direct", "spool-gthread"}
    for recording in recordings.values():
        assert sum(visit.ok for visit in recording.visits) > 0
        assert {sample.role for sample in recording.samples} == set(Role)
    direct, proxy = app_share(recordings["direct"]), app_share(recordings["spool-gthread"])
    assert direct < 0.01
    assert proxy > 0.1
    report = bench("report", tmp_path)
    assert report.returncode == 0, report.stderr
    made = {entry.name for entry in tmp_path.iterdir() if not entry.name.startswith(".")}
    assert made == {"run.json", "cells", "report.html", "report.md", "results.json", "results.csv"}
    assert "Direct to Swift" in (tmp_path / "report.html").read_text()


def test_the_profile_is_quick_and_has_everything_that_this_machine_can_run(wishes):
    asked = wishes()
    assert asked.profile == PROFILES[0]
    assert asked.profile.name == "quick"
    assert {one.name for one in CONTENDERS} - {one.name for one in asked.contenders} <= {"nginx-spool-sync"}


@pytest.mark.parametrize(
    ("options", "scenarios", "seconds", "repetitions"),
    [
        (["--scenario", "surge"], ["surge"], [60], 1),
        (["--seconds", "3"], ["idle", "lan", "mobile"], [3, 3, 3], 1),
        (["--profile", "full", "--repetitions", "1"], None, None, 1),
        (["--profile", "full", "--scenario", "idle", "--seconds", "9"], ["idle"], [9], 3),
        (
            ["--profile", "custom", "--scenario", "mixed", "--scenario", "idle"],
            ["mixed", "idle"],
            [60, 30],
            1,
        ),
    ],
)
def test_options_make_a_custom_run(wishes, options, scenarios, seconds, repetitions):
    profile = wishes(*options).profile
    assert profile.name == "custom"
    assert profile.repetitions == repetitions
    if scenarios:
        assert [one.name for one in profile.scenarios] == scenarios
        assert [one.seconds for one in profile.scenarios] == seconds


def test_a_choice_of_architectures_is_a_custom_run_in_the_tables_order(wishes):
    asked = wishes("--architecture", "spool-sync", "--architecture", "direct")
    assert [one.name for one in asked.contenders] == ["direct", "spool-sync"]
    assert asked.profile.name == "custom"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--host", "http://localhost:1"], "say by one --architecture what runs there"),
        (["run", "--architecture", "ftp"], "'ftp' is not one of"),
        (["run", "--seconds", "0"], "0 is not in the range"),
        (["run", "--swift"], "--swift needs ST_AUTH, ST_USER and ST_KEY"),
    ],
)
def test_wrong_use_is_told_in_words(arguments, words, monkeypatch):
    for name in ("ST_AUTH", "ST_USER", "ST_KEY", "OS_AUTH_URL", "OS_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    result = CliRunner().invoke(command.main, arguments)
    assert result.exit_code == 2
    assert words in result.output


def test_half_credentials_are_told_in_words(monkeypatch):
    monkeypatch.setenv("ST_AUTH", "http://localhost:1")
    result = CliRunner().invoke(command.main, ["run", "--swift"])
    assert result.exit_code == 2
    assert "ST_USER, ST_KEY" in result.output


def test_nginx_is_asked_for_in_words_where_it_is_absent(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(command.main, ["run", "--architecture", "nginx-spool-sync"])
    assert result.exit_code == 2
    assert "nginx-spool-sync needs nginx, which is not on PATH" in result.output


@pytest.mark.parametrize("name", ["report", "compare", "pack", "docs"])
def test_a_folder_without_a_run_is_one_line(name, tmp_path):
    folders = {"compare": [tmp_path, tmp_path], "pack": [tmp_path, tmp_path / "new"]}.get(name, [tmp_path])
    result = CliRunner().invoke(command.main, [name, *map(str, folders)])
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert len(result.output.splitlines()) == 1


def test_an_interrupted_run_is_known_by_its_record(tmp_path):
    arguments = ["run", "--architecture", "direct", "--scenario", "idle", "--seconds", "1", "--warm-up", "0"]
    assert bench(*arguments, "--out", tmp_path).returncode == 0
    first = read_run(tmp_path)
    again = bench(*arguments, "--out", tmp_path)
    assert again.returncode == 0
    assert "Nothing to do" in again.stderr
    assert read_run(tmp_path).started_at == first.started_at
    other = bench(*arguments, "--workers", 2, "--out", tmp_path)
    assert other.returncode == 1
    assert "holds a run with other architectures: choose another folder" in other.stderr
