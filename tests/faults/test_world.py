"""The worlds in which processes run: with another clock, without names, in a hurry."""

import json
import subprocess
import sys

import pytest

from bench.faults import world

ASK = """
import json, socket, sys, threading, time
try:
    socket.getaddrinfo("localhost", 80)
    names = True
except OSError:
    names = False
patient, endless = socket.socket(), socket.socket()
patient.settimeout(600)
endless.settimeout(None)
threading.Event().wait(float(sys.argv[2]))
print(json.dumps({
    "time": time.time(), "names": names, "arguments": sys.argv[1:], "main": __name__,
    "silence": [patient.gettimeout(), endless.gettimeout()],
}))
"""


@pytest.fixture
def asked(tmp_path):
    """A function that runs a module in the world that a folder describes, and returns what it saw."""
    (tmp_path / "question.py").write_text(ASK)

    def ask(pause=0):
        command = [sys.executable, world.__file__, str(tmp_path), "question", "an argument", str(pause)]
        done = subprocess.run(
            command, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, check=True
        )
        return json.loads(done.stdout)

    return ask


def test_an_empty_folder_is_the_world_as_it_is(asked):
    seen = asked()
    assert seen["names"]
    assert (seen["arguments"], seen["main"]) == (["an argument", "0"], "__main__")
    assert seen["silence"] == [600, None]


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


def test_sockets_can_be_made_impatient(asked, tmp_path):
    (tmp_path / world.SILENCE).write_text("3")
    assert asked()["silence"] == [3, None]


def test_pauses_can_be_cut_short(asked, tmp_path):
    (tmp_path / world.PAUSE).write_text("0.01")
    # Were it waited for, the test would come to its own time limit.
    asked(pause=3600)
