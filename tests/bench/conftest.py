"""Fixtures for the load: Locust as anybody would start it, and its rows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.records import Upload, Visit
from bench.rows import read_rows
from bench.users.handover import FOLDER_VARIABLE, GO, STOP, TrafficAt

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60


class Locust:
    """A Locust process that writes its rows into a folder."""

    def __init__(self, folder, arguments):
        self.folder = folder
        command = [
            sys.executable,
            "-m",
            "locust",
            "-f",
            "bench/locustfile.py",
            "--headless",
            "--only-summary",
        ]
        environ = os.environ | {FOLDER_VARIABLE: str(folder)}
        self.process = subprocess.Popen(
            [*command, *arguments],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def go(self):
        (self.folder / GO).touch()

    def end(self):
        """Tell it to end, and return what it has printed."""
        (self.folder / STOP).touch()
        return self.output()

    def output(self):
        return self.process.communicate(timeout=PATIENCE_SECONDS)[0]

    def rows(self, kind):
        name = {Visit: "visits", Upload: "uploads", TrafficAt: "traffic"}[kind]
        return [row for file in self.folder.glob(f"{name}-*.csv") for row in read_rows(file, kind)]


@pytest.fixture
def locust(tmp_path):
    """Start Locust with arguments; it is ended with the test at the latest."""
    started = []

    def start(*arguments):
        folder = tmp_path / f"rows-{len(started)}"
        folder.mkdir()
        started.append(Locust(folder, arguments))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.communicate()
