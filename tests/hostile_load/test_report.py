"""From raw rows to the figures of the documentation: phases, records that survive, and a page's markers."""

import pytest

from bench.hostile import records, report
from bench.hostile.attacks import ATTACKS
from bench.hostile.figures import outcome
from bench.hostile.records import Attacked, HostileRun, Schedule
from bench.hostile.tally import Tally
from bench.records import Machine, Role, Sample, Visit
from bench.rows import RecordError

MB = 1_000_000
SCHEDULE = Schedule(warmup_seconds=1, before_seconds=10, attack_seconds=20, after_seconds=10, visit_rate=2)
SLOWLORIS, BAD_TICKETS, *_ = ATTACKS
TALLY = Tally(
    seconds=20.0,
    opened=50,
    most_open=50,
    closed=3,
    offered=200_000,
    sent=150_000,
    sent_bytes=9 * MB,
    answers={400: 40_000},
)


def visit(due, waited, *, ok=True):
    return Visit(due, due, due + waited if ok else None, ok=ok, status=200 if ok else None)


ATTACKED = Attacked(
    tally=TALLY,
    peak_bytes=90 * MB,
    visits=(
        *(visit(t / 2, 0.002) for t in range(20)),
        *(visit(10 + t / 2, 0.05) for t in range(39)),
        visit(29.5, 0, ok=False),
        *(visit(30 + t / 2, 0.003) for t in range(20)),
    ),
    samples=(Sample(1, Role.APP, 1.0, 60 * MB, 5), Sample(15, Role.APP, 9.0, 80 * MB, 1005)),
)
MACHINE = Machine("a CPU", 2, 8 << 30, "Linux 6", "3.11.7")


@pytest.fixture
def folder(tmp_path):
    run = HostileRun("2026-11-22T20:00:00+00:00", MACHINE, SCHEDULE, (SLOWLORIS, BAD_TICKETS))
    records.write_run(tmp_path, run)
    records.write_attacked(tmp_path, BAD_TICKETS, ATTACKED)
    return tmp_path


def test_visits_count_in_the_phase_in_which_they_were_due():
    found = outcome(BAD_TICKETS, SCHEDULE, ATTACKED)
    medians = [one.latency.p50.milliseconds for one in (found.before, found.during, found.after)]
    assert medians == pytest.approx([2, 50, 3], rel=0.01)
    assert [one.latency.count for one in (found.before, found.during, found.after)] == [20, 40, 20]


def test_a_visit_without_an_answer_counts_and_makes_the_longest_wait_an_at_least():
    found = outcome(BAD_TICKETS, SCHEDULE, ATTACKED)
    assert found.during.in_time == pytest.approx(39 / 40)
    assert found.during.latency.maximum.at_least
    assert found.before.in_time == 1


def test_memory_before_is_told_beside_the_peak():
    found = outcome(BAD_TICKETS, SCHEDULE, ATTACKED)
    assert (found.quiet_bytes, found.peak_bytes, found.most_connections) == (60 * MB, 90 * MB, 1005)


def test_without_any_visit_there_are_no_figures_and_no_failure():
    found = outcome(BAD_TICKETS, SCHEDULE, Attacked(tally=TALLY, peak_bytes=0))
    assert found.during.latency is None
    assert "100" not in report.table([found]).splitlines()[-1].split("|")[4]


def test_what_is_written_is_read_again(folder):
    assert records.read_run(folder).attacks == (SLOWLORIS, BAD_TICKETS)
    assert records.read_attacked(folder, BAD_TICKETS) == ATTACKED
    assert records.is_measured(folder, BAD_TICKETS)
    assert not records.is_measured(folder, SLOWLORIS)


def test_the_same_rows_give_the_same_files(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    records.write_attacked(other, BAD_TICKETS, ATTACKED)
    name = "attacks/bad-tickets/visits.csv.gz"
    assert (folder / name).read_bytes() == (other / name).read_bytes()


@pytest.mark.parametrize("content", [None, "{}", "no JSON"])
def test_a_folder_that_holds_no_run_is_told(tmp_path, content):
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(RecordError, match=r"run\.json"):
        records.read_run(tmp_path)


def test_the_table_has_a_row_for_each_measured_attack(folder):
    (row,) = report.table(report.outcomes(folder)).splitlines()[2:]
    cells = [cell.strip().replace("\N{NO-BREAK SPACE}", " ") for cell in row.strip("|").split("|")]
    assert cells[:4] == ["Bad tickets", "10,000/s", "2,000/s", "97.5 %"]
    assert cells[4:] == ["2 ms → 50 ms", "2 ms → ≥ 10.5 s", "2 ms → ≥ 10.5 s", "60 MB → 90 MB"]


def test_figures_take_their_place_between_the_markers_and_nothing_else_changes(folder, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    assert report.update(page, folder)
    text = page.read_text()
    assert text.startswith(f"before\n{report.BEGIN}\n| attack |")
    assert text.endswith(f"{report.END}\nafter\n")
    assert "40,000 times 400" in text
    assert not report.update(page, folder)


@pytest.mark.parametrize("text", ["", report.BEGIN, report.END + report.BEGIN, report.BEGIN * 2 + report.END])
def test_a_page_without_its_markers_is_left_alone(folder, tmp_path, text):
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(report.MarkerError):
        report.update(page, folder)
    assert page.read_text() == text
