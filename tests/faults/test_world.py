"""The worlds in which processes run: with another clock, without names, with other defaults."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.faults import world

ASK = """
import json, socket, sys, time
from dataclasses import dataclass
try:
    socket.getaddrinfo("localhost", 80)
    names = True
except OSError:
    names = False
print(json.dumps({"time": time.time(), "names": names, "arguments": sys.argv[1:], "main": __name__}))
"""
DEFAULTS = """
from dataclasses import dataclass

@dataclass(frozen=True, kw_only=True)
class Patience:
    stall: float = 30.0
"""


@pytest.fixture
def asked(tmp_path):
    """A function that runs a module in the world that a folder describes, and returns what it saw."""
    (tmp_path / "question.py").write_text(ASK)

    def ask():
        command = [sys.executable, world.__file__, str(tmp_path), "question", "an argument"]
        done = subprocess.run(
            command, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, check=True
        )
        return json.loads(done.stdout)

    return ask


def test_an_empty_folder_is_the_world_as_it_is(asked):
    seen = asked()
    assert seen["names"]
    assert (seen["arguments"], seen["main"]) == (["an argument"], "__main__")


def test_a_clock_can_be_ahead(asked, tmp_path):
    before = asked()["time"]
    (tmp_path / world.CLOCK).write_text("3600")
    assert asked()["time"] - before > 3599


def test_names_can_be_lost(asked, tmp_path):
    (tmp_path / world.NO_NAMES).touch()
    assert not asked()["names"]


def test_a_clock_follows_its_file(tmp_path):
    file = tmp_path / "clock"
    clock = world.shifted(lambda: 1000.0, file)
    assert clock() == 1000
    file.write_text("-60")
    assert clock() == 940


def test_defaults_can_be_others(tmp_path, monkeypatch):
    (tmp_path / "impatience.py").write_text(DEFAULTS)
    monkeypatch.syspath_prepend(tmp_path)
    file = tmp_path / "defaults"
    file.write_text(json.dumps({"impatience:Patience": {"stall": 3.0}}))
    world.change_defaults(file)
    import impatience  # noqa: PLC0415 - written just now

    assert impatience.Patience().stall == 3
    assert Path(impatience.__file__).parent == tmp_path
