"""Rows of raw data, written by each Locust process into a folder when one is asked for.

Times in these rows are seconds since the epoch: who collects them knows when measuring began.
"""

import os
import threading
import time
from pathlib import Path
from typing import Any

from locust.env import Environment

from bench.records import Upload, Visit
from bench.rows import RowWriter
from bench.users.connection import Traffic
from bench.users.handover import ENDED, FOLDER_VARIABLE, GO, STOP, TrafficAt, now

_TICK_SECONDS = 0.1


class Recorder:
    """Takes the rows out of Locust's request events: an event's context may carry one as `row`."""

    def __init__(self, folder: Path, traffic: Traffic) -> None:
        self._traffic = traffic
        suffix = f"{os.getpid()}.csv"
        self._writers: dict[type, RowWriter[Any]] = {
            Visit: RowWriter(folder / f"visits-{suffix}", Visit),
            Upload: RowWriter(folder / f"uploads-{suffix}", Upload),
            TrafficAt: RowWriter(folder / f"traffic-{suffix}", TrafficAt),
        }

    def on_request(self, context: dict[str, Any], **_: object) -> None:
        row = context.get("row")
        if row is not None:
            self._writers[type(row)].write(row)

    def tick(self) -> None:
        """Note the traffic, and let the rows reach their files: a killed process loses a tick at most."""
        self._writers[TrafficAt].write(TrafficAt(now(), self._traffic.sent, self._traffic.received))
        for writer in self._writers.values():
            writer.flush()


def record(environment: Environment, traffic: Traffic) -> None:
    """Record what happens in this process, if the environment names a folder; start and end at its word.

    Everything is loaded before the word to start is given, so that all processes start at once.
    """
    name = os.environ.get(FOLDER_VARIABLE)
    if name is None:
        return
    folder = Path(name)
    recorder = Recorder(folder, traffic)
    environment.events.request.add_listener(recorder.on_request)  # type: ignore[no-untyped-call]
    environment.events.quit.add_listener(lambda **_: recorder.tick())  # type: ignore[no-untyped-call]
    while not (folder / GO).exists():
        time.sleep(_TICK_SECONDS / 10)
    threading.Thread(
        target=_tick_until_stop, args=(recorder, folder / STOP, environment), daemon=True
    ).start()


def _tick_until_stop(recorder: Recorder, stop: Path, environment: Environment) -> None:
    while not stop.exists():
        recorder.tick()
        time.sleep(_TICK_SECONDS)
    environment.stop_timeout = 0
    if environment.runner is not None:
        environment.runner.quit()
    recorder.tick()
    stop.with_name(f"{ENDED}-{os.getpid()}").touch()
