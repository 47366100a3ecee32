"""The soak: what it sends, how it judges, and a short one of the real thing."""

import re
from itertools import islice

import pytest

from bench.soak import records, report
from bench.soak.judging import GROWTH_BYTES, trends, troubles
from bench.soak.plan import Item, items, named
from bench.soak.run import Wishes, run
from bench.soak.watching import Reading

SECONDS = 10
MIB = 1 << 20


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
    ("growth", "is_flat"),
    [(0, True), (GROWTH_BYTES // 2, True), (GROWTH_BYTES * 2, False), (-GROWTH_BYTES * 9, True)],
    ids=["the same", "a little", "ever more", "less"],
)
def test_memory_that_rises_all_the_time_is_found(growth, is_flat):
    readings = [Reading(t, "site", 100 * MIB + int(growth * t / 75), 20, 1) for t in range(101)]
    memory, files = trends(readings)
    assert (memory.what, memory.is_flat) == ("memory", is_flat)
    assert (files.what, files.is_flat) == ("open files", True)


def test_what_fills_early_and_a_peak_are_no_growth():
    filling = [Reading(t, "site", (50 + min(t, 24) * 4) * MIB, 20, 1) for t in range(101)]
    peak = [Reading(t, "site", (400 if t == 80 else 100) * MIB, 20, 1) for t in range(101)]
    assert all(trend.is_flat for readings in (filling, peak) for trend in trends(readings))


def test_errors_without_an_explanation_are_told_as_they_are():
    lines = [
        "INFO all is well",
        "ERROR 503 Swift is away",
        "ERROR 503 again",
        "Traceback (most recent call last):",
    ]
    counted = troubles(lines, [(re.compile("503"), "Swift was away")])
    assert counted == {"Swift was away": 2, "unexplained: Traceback (most recent call last):": 1}


def test_a_short_soak_loses_nothing(tmp_path, chromium_path):
    recorded = run(Wishes(SECONDS, 1, chromium_path, ("terminal", "api")), lambda _: None)
    assert recorded.sent
    assert recorded.gusts
    found = recorded.soak.found
    assert (found.wrong, found.lost, found.orphans) == ((), (), 0)
    records.write(tmp_path, recorded)
    assert records.read(tmp_path).soak == recorded.soak
    report.render(tmp_path)
    assert f"{found.files} files" in (tmp_path / "report.md").read_text()
    assert "<svg" in (tmp_path / "report.html").read_text()
