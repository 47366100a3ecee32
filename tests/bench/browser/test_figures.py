"""Medians, paired ratios, raw samples, and the tables made of them."""

import pytest

from bench.browser.cases import CASES, quick
from bench.browser.figures import figures, speed_ratio
from bench.browser.page import rendered, update_page
from bench.browser.records import Usage, read_samples, write_sample, write_setting
from bench.report.docs import MarkerError
from bench.rows import RecordError

LOOPBACK = CASES[0]
SETTING = {
    "started_at": "2026-11-22T20:00:00+00:00",
    "machine": {"cpu": "a CPU", "cores": 2},
    "versions": {"Chromium": "156", "Swift": "2.38.3"},
}


def test_a_ratio_pairs_what_was_measured_in_the_same_round(sample):
    curl = [sample("curl", number, seconds) for number, seconds in enumerate([1.0, 10.0, 1.0, 10.0, 1.0])]
    ours = [sample("single", number, seconds) for number, seconds in enumerate([2.0, 20.0, 2.0, 20.0, 2.0])]
    ratio = speed_ratio(ours, curl)
    assert (ratio.value, ratio.low, ratio.high) == (0.5, 0.5, 0.5)


def test_a_round_that_only_one_side_has_counts_nowhere(sample):
    ratio = speed_ratio([sample(number=0, seconds=2.0), sample(number=1, seconds=9.0)], [sample("curl", 0)])
    assert ratio.value == 0.5


@pytest.mark.parametrize(("rounds", "is_told"), [(4, False), (5, True)])
def test_a_range_is_told_from_five_rounds_on(sample, rounds, is_told):
    ratio = speed_ratio([sample(number=n) for n in range(rounds)], [sample("curl", n) for n in range(rounds)])
    assert (ratio.low is not None) == is_told


def test_cpu_is_that_of_the_senders_side_and_of_swift_for_each_gb(sample):
    usage = Usage(renderer=1.0, browser=2.0, swift=4.0, site=8.0)
    (found,) = figures(LOOPBACK, [sample(usage=usage, file_bytes=500_000_000)])
    assert (found.client_cpu_per_gb, found.swift_cpu_per_gb) == (6.0, 8.0)


def test_the_middle_of_the_rounds_is_told(sample):
    rounds = [
        sample("client-verified", number, seconds=number + 1.0, long_tasks=number, renderer_peak_bytes=number)
        for number in range(3)
    ]
    (found,) = figures(LOOPBACK, rounds)
    assert (found.seconds, found.long_tasks, found.renderer_peak_bytes) == (2.0, 1, 1)


def test_samples_come_back_as_they_were_written(sample, tmp_path):
    written = [sample(number=number, long_tasks=number) for number in range(3)]
    for one in written:
        write_sample(tmp_path, one)
    assert read_samples(tmp_path) == written


@pytest.mark.parametrize("text", ["{", "{}", '{"case": "loopback", "usage": {}}'])
def test_a_damaged_file_is_said_to_be_one(tmp_path, text):
    (tmp_path / "samples.jsonl").write_text(text)
    with pytest.raises(RecordError, match=r"samples\.jsonl"):
        read_samples(tmp_path)


@pytest.fixture
def folder(sample, tmp_path):
    """A run of two ways."""
    for number in range(5):
        write_sample(tmp_path, sample("curl", number, 2.0))
        write_sample(tmp_path, sample("client-verified", number, 2.5, long_tasks=0, longest_gap_seconds=0.02))
    write_setting(tmp_path, SETTING)
    return tmp_path


def test_the_tables_tell_speed_and_ratio_of_each_way(folder):
    rows = {line.split("|")[1].strip(): line for line in rendered(folder).splitlines() if "|" in line}
    assert "500\N{NO-BREAK SPACE}MB/s" in rows["`curl -T`"]
    assert "0.8\N{NO-BREAK SPACE}times" in rows["client, verified"]
    assert rows["client, verified"].count("|") == rows["Way"].count("|")


def test_the_result_goes_between_a_pages_markers_and_nowhere_else(folder, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n")
    assert update_page(folder, page)
    text = page.read_text()
    assert text.startswith("before\n<!-- bench -->\n**A file of 1000000 kB, nothing")
    assert text.endswith("<!-- /bench -->\nafter\n")
    assert not update_page(folder, page)


def test_a_page_without_markers_is_left_alone(folder, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("nothing")
    with pytest.raises(MarkerError):
        update_page(folder, page)
    assert page.read_text() == "nothing"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_compares_with_one_of_its_ways(case):
    assert case.reference in {way.name for way in case.ways}
    small = quick(case)
    assert (small.ways, small.link) == (case.ways, case.link)
    assert small.files * small.file_bytes <= 50_000_000
