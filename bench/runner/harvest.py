"""From what the Locust processes wrote to a cell's rows: one clock, one window, one file of each kind."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from bench.records import Upload, Visit
from bench.rows import read_rows
from bench.users.handover import TrafficAt

RowT = TypeVar("RowT", Visit, Upload)


@dataclass(frozen=True)
class Window:
    """When measuring began, as seconds since the epoch, and how long it lasted."""

    start: float
    seconds: float

    def shifted(self, t: float) -> float:
        return t - self.start

    def within(self, t: float | None) -> float | None:
        """T as seconds since the start; None when measuring had ended by then."""
        return None if t is None or self.shifted(t) > self.seconds else self.shifted(t)


@dataclass(frozen=True)
class Harvest:
    """The rows of a cell, in order of time, and the bytes exchanged with the application server."""

    visits: Sequence[Visit]
    uploads: Sequence[Upload]
    app_bytes_in: int
    app_bytes_out: int


def harvest(folder: Path, window: Window) -> Harvest:
    """Collect what all processes wrote into FOLDER. What had not ended when measuring did has no end."""
    visits = [_visit(row, window) for row in _rows(folder, "visits", Visit) if _began(row.intended, window)]
    uploads = [
        _upload(row, window) for row in _rows(folder, "uploads", Upload) if _began(row.started, window)
    ]
    sent, received = traffic_in(folder, window)
    return Harvest(
        sorted(visits, key=lambda row: row.intended),
        sorted(uploads, key=lambda row: row.started),
        sent,
        received,
    )


def traffic_in(folder: Path, window: Window) -> tuple[int, int]:
    """Bytes to and from the application server while it was measured, summed over all processes."""
    sent = received = 0.0
    for file in folder.glob("traffic-*.csv"):
        rows = list(read_rows(file, TrafficAt))
        if rows:
            sent += _growth([(row.t, row.sent) for row in rows], window)
            received += _growth([(row.t, row.received) for row in rows], window)
    return round(sent), round(received)


def _growth(counted: Iterable[tuple[float, int]], window: Window) -> float:
    times, counts = zip(*counted, strict=True)
    begin, end = np.interp([window.start, window.start + window.seconds], times, counts)
    return float(end - begin)


def _rows(folder: Path, name: str, kind: type[RowT]) -> Iterator[RowT]:
    for file in sorted(folder.glob(f"{name}-*.csv")):
        yield from read_rows(file, kind)


def _began(t: float, window: Window) -> bool:
    return window.shifted(t) < window.seconds


def _visit(row: Visit, window: Window) -> Visit:
    intended = window.shifted(row.intended)
    started = None if row.started is None else window.within(row.started)
    finished = window.within(row.finished)
    if row.finished is not None and finished is None:
        return replace(
            row, intended=intended, started=started, finished=None, ok=False, status=None, error="unanswered"
        )
    return replace(row, intended=intended, started=started, finished=finished)


def _upload(row: Upload, window: Window) -> Upload:
    finished = window.within(row.finished)
    cut = row.finished is not None and finished is None
    return replace(
        row,
        started=window.shifted(row.started),
        finished=finished,
        ok=row.ok and not cut,
        error="" if cut else row.error,
    )
