"""Three minutes of the soak, as people run it. `-m "not soak"` leaves them out."""

import subprocess
import sys

import pytest

from bench.soak import records
from bench.soak.judging import Course, trends
from bench.soak.run import CLIENTS
from bench.soak.verdict import objections

MINUTES = 3
MOST_SECONDS = 600
WATCHED = {"site", "Swift", "Chromium", "the soak itself"}


@pytest.mark.soak
@pytest.mark.timeout(MOST_SECONDS + 60)
def test_three_minutes_of_bad_weather_lose_nothing_and_leave_nothing_behind(tmp_path):
    command = [sys.executable, "-m", "bench", "soak", "--minutes", str(MINUTES), "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    recorded = records.read(tmp_path)
    found = recorded.soak.found
    assert (found.wrong, found.lost, found.twice, found.orphans) == ((), (), (), 0)
    assert found.left_before_sweep > 0
    assert {sent.client for sent in recorded.sent if sent.is_stored} == set(CLIENTS)
    used = trends(recorded.readings)
    assert ({trend.role for trend in used}, {trend.course for trend in used}) == (WATCHED, {Course.FLAT})
    assert objections(recorded) == []
