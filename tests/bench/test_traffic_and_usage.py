"""Bytes and CPU time, put into slices of time."""

import numpy as np
import pytest

from bench.records import Cell, CellKey, Phase, Recording, Role, Sample, Status, Upload, Visit
from bench.statistics.timeline import by_phase, recovery_seconds, timeline
from bench.statistics.traffic import committed_bytes, failed_uploads, finished_uploads, in_flight, moved_bytes
from bench.statistics.usage import usage
from bench.statistics.waits import waits

EDGES = np.array([0.0, 5.0, 10.0])


def done(started, finished, size=100):
    return Upload("u", size, started, finished, ok=True, bytes_sent=size)


@pytest.mark.parametrize(
    ("upload", "moved", "committed"),
    [
        (done(0, 10), [50, 50], [0, 100]),
        (done(1, 4), [100, 0], [100, 0]),
        (done(-5, 5), [50, 0], [0, 100]),
        (done(-5, -1), [0, 0], [0, 0]),
        (done(8, 12), [0, 50], [0, 0]),
        (done(3, 3), [100, 0], [100, 0]),
        (Upload("u", 100, 0, None, ok=False, bytes_sent=40), [20, 20], [0, 0]),
        (Upload("u", 100, 0, 5, ok=False, error="reset", bytes_sent=40), [0, 0], [0, 0]),
    ],
    ids=["whole", "within", "from warm-up", "warm-up", "beyond the end", "instant", "under way", "failed"],
)
def test_an_upload_moves_its_bytes_evenly_and_commits_them_at_its_end(upload, moved, committed):
    assert list(moved_bytes([upload], EDGES)) == pytest.approx(moved)
    assert list(committed_bytes([upload], EDGES)) == committed


def test_uploads_are_finished_failed_or_neither():
    lost = Upload("u", 1, 1, 2, ok=False, error="reset")
    everything = [done(0, 1), lost, Upload("u", 1, 1, None, ok=False), done(5, 11)]
    assert finished_uploads(everything, 10) == [everything[0]]
    assert failed_uploads(everything, 10) == [lost]


def test_uploads_in_flight_are_those_begun_and_not_ended():
    uploads = [done(0, 2), done(1, 3), Upload("u", 1, 2.5, None, ok=False)]
    assert list(in_flight(uploads, np.array([-1, 0.5, 1.5, 2.2, 2.7, 9]))) == [0, 1, 2, 1, 2, 1]
    assert list(in_flight([], np.array([1.0]))) == [0]


def sample(t, cpu, rss=10, **more):
    return Sample(t, Role.APP, cpu, rss, **more)


def test_cpu_time_is_read_between_samples_and_peaks_within_the_measured_time():
    rows = [sample(-5, 0, 99), sample(0, 1, 20, disk_bytes=7), sample(10, 3, 30), sample(11, 9, 999)]
    told = usage([*rows, Sample(1, Role.SWIFT, 50, 5000)], Role.APP, EDGES)
    assert list(told.cpu_seconds) == pytest.approx([1, 1])
    assert (told.peak_rss_bytes, told.peak_disk_bytes, told.peak_connections) == (30, 7, None)


def test_a_process_that_ends_takes_no_cpu_time_back():
    told = usage([sample(0, 10), sample(4, 12), sample(5, 3), sample(10, 4)], Role.APP, EDGES)
    assert told.cpu_seconds.sum() == pytest.approx(3)


@pytest.mark.parametrize(
    "rows", [[], [sample(1, 5)], [sample(-2, 1), sample(-1, 2)]], ids=["none", "one", "warm-up"]
)
def test_without_two_samples_in_the_time_nothing_is_known(rows):
    assert usage(rows, Role.APP, EDGES) is None


def test_a_timeline_tells_the_worst_wait_of_each_slice_and_leaves_gaps_where_nobody_came():
    visits = (Visit(1, 1, 1.5, ok=True), Visit(2, 2, 2.1, ok=True), Visit(6, 6, None, ok=False))
    cell = Cell(Status.OK, "", 9)
    told = timeline(Recording(CellKey("a", "b"), cell, visits, (done(0, 5),)), slices=3)
    assert told.worst == pytest.approx([0.5, np.nan, 3], nan_ok=True)
    assert list(told.in_flight) == [1, 1, 0]


PHASES = (Phase("before", 0, 3), Phase("surge", 3, 6), Phase("recovery", 6, 10))


def test_phases_are_told_apart_by_when_visits_were_due():
    told = by_phase(waits([Visit(1, 1, 1.1, ok=True), Visit(5, 5, 7, ok=True)], 10), PHASES)
    assert [(one.name, one.visits, one.availability) for one in told] == [
        ("before", 1, 1), ("surge", 1, 0), ("recovery", 0, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("late", "seconds"),
    [([], 0), ([4], 0), ([6.5, 7.25], 1.25), ([9.5], None)],
    ids=["none late", "late in the surge only", "late for a while", "late to the end"],
)
def test_a_site_has_recovered_when_the_last_late_visit_is_past(late, seconds):
    visits = [Visit(at, at, at + 3, ok=True) for at in late] + [Visit(8, 8, 8.01, ok=True)]
    assert recovery_seconds(waits(visits, 10), PHASES[-1]) == (
        None if seconds is None else pytest.approx(seconds)
    )
