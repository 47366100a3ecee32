"""`python -m bench hostile`: which schedule it takes, and what it says when there is nothing to render."""

import pytest
from click.testing import CliRunner

from bench import __main__ as command
from bench.hostile import report
from bench.hostile import run as runs
from bench.hostile.attacks import ATTACKS
from bench.hostile.records import HostileRun, write_run
from bench.records import Machine


@pytest.fixture
def hostile(monkeypatch, tmp_path):
    """A function that runs the command but measures nothing; `asked` has what would be measured."""
    asked = []

    def measured(folder, attacks, schedule, _show):
        asked.append(schedule)
        write_run(
            folder, HostileRun("2026-11-22", Machine("a CPU", 2, 1, "Linux", "3.11"), schedule, attacks)
        )

    monkeypatch.setattr(runs, "run", measured)
    monkeypatch.setattr(command, "_HOSTILE_PAGE", tmp_path / "page.md")

    def run(*arguments):
        return CliRunner().invoke(command.main, ["hostile", "--out", str(tmp_path / "out"), *arguments])

    run.asked, run.page = asked, tmp_path / "page.md"
    return run


@pytest.mark.parametrize(("flags", "schedule"), [([], runs.FULL), (["--quick"], runs.QUICK)])
def test_it_measures_all_attacks_and_shows_the_table(hostile, flags, schedule):
    result = hostile(*flags)
    assert result.exit_code == 0, result.output
    assert hostile.asked == [schedule]
    assert result.output.startswith("| attack |")


def test_the_full_schedule_outlasts_the_site_s_patience():
    assert runs.FULL.attack_seconds > 75 + 10


def test_the_documentation_is_written_without_measuring(hostile):
    hostile()
    hostile.page.write_text(f"{report.BEGIN}{report.END}")
    assert hostile("--docs").exit_code == 0
    assert "a CPU" in hostile.page.read_text()
    assert len(hostile.asked) == 1


@pytest.mark.parametrize("text", [None, "no markers"])
def test_what_can_t_be_written_is_one_line_and_a_failure(hostile, text):
    if text:
        hostile()
        hostile.page.write_text(text)
    result = hostile("--docs")
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")


def test_every_attack_has_a_name_of_its_own_and_says_what_it_does():
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    assert all(attack.description.endswith(".") for attack in ATTACKS)
