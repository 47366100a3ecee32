"""The matrix as a page: one sign a cell, and a line for each that is not green."""

import pytest
from click.testing import CliRunner

from bench.faults import command, marked, report
from bench.faults.__main__ import main
from bench.faults.play import Ending, Played
from bench.faults.records import MatrixRun, read_run, write_run
from bench.faults.table import Client, cells
from bench.records import Machine

GREEN = Played("reset/first/browser", Ending.ALONE, 1.0)
TOLD = [Played(f"403/{moment}/browser", Ending.AGAIN, 1.0, "No room.") for moment in ("first", "last")]
BROKEN = Played("reset/last/terminal", Ending.BROKEN, 1.0, "", ("the file is there 2 times",))


def run_of(*played):
    return MatrixRun("2026-11-22T20:00:00", 90.0, 2, Machine("a CPU", 2, 1, "Linux", "3.11"), played)


def row(text, label):
    (found,) = [line for line in text.splitlines() if line.startswith(f"| {label} |")]
    return [field.strip() for field in found.split("|")[2:-1]]


def test_each_field_has_a_sign_for_each_client():
    text = report.block(run_of(GREEN, *TOLD, BROKEN))
    assert row(text, "Connection reset") == ["? ?", "● ?", "? ?", "? ✗", "? ?", "? ?"]
    assert row(text, "Slow trickle")[0] == "· ·"
    assert "4 cells (browser and terminal): 1 ●, 2 ◐, 1 ✗. They took 1.5 minutes" in text


def test_clients_that_were_not_asked_have_no_signs():
    assert row(report.block(run_of(GREEN)), "Connection reset") == ["?", "●", "?", "?", "?", "?"]


def test_what_is_not_green_is_explained_once_for_all_moments():
    lines = report.block(run_of(GREEN, *TOLD, BROKEN)).splitlines()
    explained = [line for line in lines if line.startswith("- **")]
    told = next(cell.told for cell in cells() if cell.name == TOLD[0].cell)
    assert explained == [
        "- **Connection reset**, terminal, last segment: ✗ the file is there 2 times.",
        f"- **403**, browser, first segment, last segment: ◐ “No room.” {told}",
    ]


def test_a_page_gets_a_part_between_its_marks_and_keeps_the_rest(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- matrix -->\nstale\n<!-- /matrix -->\nafter\n")
    assert marked.update(page, "matrix", "new")
    assert page.read_text() == "before\n<!-- matrix -->\nnew\n<!-- /matrix -->\nafter\n"
    assert not marked.update(page, "matrix", "new")
    with pytest.raises(marked.MarkerError):
        marked.update(page, "soak", "new")


def test_a_run_is_read_as_it_was_written(tmp_path):
    write_run(tmp_path, run_of(GREEN, BROKEN))
    assert read_run(tmp_path) == run_of(GREEN, BROKEN)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--only", "reset/first/*"], {"reset/first/browser", "reset/first/terminal"}),
        (["--only", "reset/first/*", "--clients", "terminal"], {"reset/first/terminal"}),
    ],
)
def test_the_command_plays_what_was_asked_for(monkeypatch, tmp_path, arguments, names):
    asked = []

    def played(_out, wanted, _jobs):
        asked.extend(cell.name for cell in wanted)
        return run_of(*(Played(cell.name, Ending.ALONE, 1.0) for cell in wanted))

    monkeypatch.setattr(command, "_play", played)
    done = CliRunner().invoke(main, ["faults", "--out", str(tmp_path), *arguments])
    assert done.exit_code == 0, done.output
    assert set(asked) == names
    assert set(Client) == {Client.BROWSER, Client.TERMINAL}


def test_a_broken_cell_is_an_exit_status(monkeypatch, tmp_path):
    monkeypatch.setattr(command, "_play", lambda *_: run_of(BROKEN))
    done = CliRunner().invoke(main, ["faults", "--out", str(tmp_path)])
    assert (done.exit_code, "1 broken" in done.output) == (1, True)
