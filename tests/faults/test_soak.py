"""The soak: what it sends, how it judges, and a short one of the real thing."""

from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from bench.faults.stage import stage
from bench.faults.troubles import troubles
from bench.records import Machine
from bench.soak import records, report
from bench.soak.judging import FEWEST_SAMPLES, GROWTH_BYTES, Course, trends
from bench.soak.plan import Item, items, named
from bench.soak.records import Found, Recorded, Soak
from bench.soak.run import Wishes, compare, run
from bench.soak.senders import ApiClient, Sent
from bench.soak.verdict import objections
from bench.soak.watching import Reading
from bench.soak.weather import Gust

SECONDS = 10
MIB = 1 << 20


@pytest.fixture
def played_on():
    with stage() as played_on:
        yield played_on


def test_a_seed_decides_what_is_sent():
    assert list(islice(items("api", 1), 50)) == list(islice(items("api", 1), 50))
    assert list(islice(items("api", 1), 50)) != list(islice(items("api", 2), 50))


def test_sizes_are_mixed():
    sizes = [item.size for item in islice(items("api", 1), 300)]
    assert min(sizes) == 0
    assert max(sizes) > 8 * MIB
    assert sum(size < 10_000 for size in sizes) > 50


def test_a_name_tells_the_content():
    item = Item("api", 3, 1000)
    assert named(item.name) == item
    assert len(item.content) == 1000
    assert item.content == named(item.name).content != Item("api", 4, 1000).content
    assert named("soak.bin") is None


@pytest.mark.parametrize(
    ("growth", "course"),
    [
        (0, Course.FLAT),
        (GROWTH_BYTES // 2, Course.FLAT),
        (GROWTH_BYTES * 2, Course.GROWING),
        (-GROWTH_BYTES * 9, Course.FLAT),
    ],
    ids=["the same", "a little", "ever more", "less"],
)
def test_memory_that_rises_all_the_time_is_found(growth, course):
    readings = [Reading(t, "site", 100 * MIB + int(growth * t / 75), 20, 1) for t in range(101)]
    memory, files = trends(readings)
    assert (memory.what, memory.course) == ("memory", course)
    assert (files.what, files.course) == ("open files", Course.FLAT)


def test_what_fills_early_and_a_peak_are_no_growth():
    filling = [Reading(t, "site", (50 + min(t, 24) * 4) * MIB, 20, 1) for t in range(101)]
    peak = [Reading(t, "site", (400 if t == 80 else 100) * MIB, 20, 1) for t in range(101)]
    assert all(trend.course is Course.FLAT for readings in (filling, peak) for trend in trends(readings))


def test_of_few_samples_nothing_can_be_told():
    readings = [Reading(t, "site", 100 * MIB, 20, 1) for t in range(FEWEST_SAMPLES)]
    assert {trend.course for trend in trends(readings)} == {Course.UNKNOWN}


def test_a_log_is_searched_for_errors_and_not_for_the_word_of_a_number():
    log = """2026-11-30 02:34:13,510 WARNING 5031 Swift answered 503 Service Unavailable
2026-11-30 02:34:13,511 ERROR 5031 unforeseen error
2026-11-30 02:34:13,512 5021 ERROR Swift is full
Traceback (most recent call last):
"""
    assert troubles(log) == [
        "ERROR 5031 unforeseen error",
        "ERROR Swift is full",
        "Traceback (most recent call last):",
    ]


GOOD = Recorded(
    Soak(
        started_at="2026-11-30T02:00:00",
        seconds=180.0,
        seed=1,
        clients=("api",),
        watched=("site",),
        machine=Machine("a CPU", 2, 1, "Linux", "3.11"),
        found=Found(1, 10, (), (), (), 0, 0),
        troubles={},
    ),
    sent=[Sent(0.0, "api", "soak-api-0-10.bin", 10, is_stored=True, seconds=1.0)],
    gusts=[Gust(1.0, "reset", "first segment")],
    readings=[Reading(t, "site", 100 * MIB, 20, 1) for t in range(100)],
)


def soak_with(**changes):
    return replace(GOOD, soak=replace(GOOD.soak, **changes))


def found_with(**changes):
    return soak_with(found=replace(GOOD.soak.found, **changes))


FAILED = replace(GOOD.sent[0], is_stored=False)
GROWING = [replace(one, rss_bytes=int(one.t) * 10 * MIB) for one in GOOD.readings]


def test_a_soak_without_objections_is_good():
    assert objections(GOOD) == []


@pytest.mark.parametrize(
    ("recorded", "objection"),
    [
        (found_with(wrong=("a",)), "1 files are not what was sent"),
        (found_with(lost=("a", "b")), "2 files were said to be stored, and are not there"),
        (found_with(twice=("a",)), "1 files are there more than once"),
        (found_with(orphans=3), "3 segments are left over after a sweep"),
        (soak_with(troubles={"ERROR 500": 2}), "2 errors are in the logs"),
        (replace(GOOD, sent=[]), "api: only 0 of 0 files could be stored"),
        (replace(GOOD, sent=[FAILED] * 20), "api: only 0 of 20 files could be stored"),
        (replace(GOOD, sent=[*GOOD.sent * 9, FAILED]), "api: only 9 of 10 files could be stored"),
        (soak_with(clients=("api", "browser")), "browser: only 0 of 0 files could be stored"),
        (soak_with(watched=("site", "Swift")), "Swift: nobody knows what it uses"),
        (replace(GOOD, readings=GROWING), "site, memory: growing"),
        (replace(GOOD, gusts=[]), "no fault has met anything"),
    ],
)
def test_whatever_speaks_against_a_soak_is_said(recorded, objection):
    assert objections(recorded) == [objection]
    assert objection in report.block(recorded, "plot.svg").splitlines()[0]


def test_too_few_samples_speak_against_it_too():
    assert "too few samples" in objections(replace(GOOD, readings=GOOD.readings[::10]))[0]


def test_a_file_that_is_there_twice_is_found(played_on):
    item = Item("api", 1, 1000)
    client = ApiClient(played_on.url)
    try:
        assert client.send([item, item], Path()) == [(True, "")] * 2
    finally:
        client.close()
    found = compare(played_on, [])
    assert (found.files, found.twice) == (2, (item.name,))


def test_a_page_gets_the_report_between_its_marks_and_the_plot_beside_it(tmp_path):
    page, picture = tmp_path / "page.md", tmp_path / "images" / "soak.svg"
    picture.parent.mkdir()
    page.write_text("before\n<!-- soak -->\nstale\n<!-- /soak -->\nafter\n")
    assert report.publish(GOOD, page, picture)
    text = page.read_text()
    assert "stale" not in text
    assert f"{report.GOOD} 1 uploads in 3 minutes" in text
    assert "on a CPU, 2 cores, 2026-11-30" in text
    assert "(images/soak.svg)" in text
    assert picture.read_text().startswith("<svg")


def test_a_short_soak_loses_nothing(tmp_path, chromium_path):
    recorded = run(Wishes(SECONDS, 1, chromium_path, ("terminal", "api")), lambda _: None)
    assert recorded.sent
    assert recorded.gusts
    found = recorded.soak.found
    assert (found.wrong, found.lost, found.twice, found.orphans) == ((), (), (), 0)
    records.write(tmp_path, recorded)
    assert records.read(tmp_path).soak == recorded.soak
    report.render(tmp_path)
    assert f"{found.files} files" in (tmp_path / "report.md").read_text()
    assert "<svg" in (tmp_path / "report.html").read_text()
