"""From the clients' rows to a cell's: one clock, one window."""

import pytest

from bench.records import Upload, Visit
from bench.rows import RowWriter
from bench.runner.harvest import Window, harvest
from bench.users.handover import TrafficAt

START = 1_800_000_000.0
WINDOW = Window(START, 10.0)


def write(folder, name, kind, rows):
    with RowWriter(folder / name, kind) as writer:
        writer.write_all(rows)


def visit(intended, finished, **changed):
    at = START + intended
    known = {"ok": True, "status": 200} | changed
    return Visit(at, at + 0.001, None if finished is None else START + finished, **known)


def test_times_count_from_the_start_of_measuring(tmp_path):
    write(tmp_path, "visits-1.csv", Visit, [visit(2, 2.5), visit(-1, -0.5)])
    warm, counted = harvest(tmp_path, WINDOW).visits
    assert (warm.intended, warm.finished) == (pytest.approx(-1), pytest.approx(-0.5))
    assert (counted.intended, counted.started) == (pytest.approx(2), pytest.approx(2.001))


def test_what_began_after_the_end_is_left_out_and_what_ended_after_it_has_no_end(tmp_path):
    write(tmp_path, "visits-1.csv", Visit, [visit(9, 10.5), visit(10.1, 10.2)])
    upload = Upload("c", 100, START + 9, START + 11, ok=True, bytes_sent=100)
    write(tmp_path, "uploads-1.csv", Upload, [upload, Upload("c", 100, START + 11, START + 12, ok=True)])
    found = harvest(tmp_path, WINDOW)
    assert [(v.finished, v.ok, v.status, v.error) for v in found.visits] == [
        (None, False, None, "unanswered")
    ]
    assert [(u.finished, u.ok, u.bytes_sent) for u in found.uploads] == [(None, False, 100)]


def test_failures_stay_failures(tmp_path):
    write(
        tmp_path,
        "visits-1.csv",
        Visit,
        [visit(1, 2, ok=False, status=503), visit(3, None, ok=False, status=None)],
    )
    first, second = harvest(tmp_path, WINDOW).visits
    assert (first.ok, first.status, second.finished) == (False, 503, None)


def test_the_rows_of_all_processes_come_in_order_of_time(tmp_path):
    write(tmp_path, "visits-1.csv", Visit, [visit(3, 4), visit(1, 2)])
    write(tmp_path, "visits-2.csv", Visit, [visit(2, 3)])
    write(tmp_path, "visits-3.csv", Visit, [])
    assert [round(v.intended) for v in harvest(tmp_path, WINDOW).visits] == [1, 2, 3]


def test_traffic_is_what_passed_within_the_window_over_all_processes(tmp_path):
    def grow(rate):
        return [TrafficAt(START + t / 10, int(rate * (t + 50)), int(t + 50)) for t in range(-50, 200)]

    write(tmp_path, "traffic-1.csv", TrafficAt, grow(1000))
    write(tmp_path, "traffic-2.csv", TrafficAt, grow(500))
    write(tmp_path, "traffic-3.csv", TrafficAt, [])
    found = harvest(tmp_path, WINDOW)
    assert (found.app_bytes_in, found.app_bytes_out) == (150_000, 200)


def test_nothing_written_is_nothing_seen(tmp_path):
    found = harvest(tmp_path, WINDOW)
    assert (found.visits, found.uploads, found.app_bytes_in) == ([], [], 0)
