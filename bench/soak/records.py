"""A soak as files: what was done, said and seen, and what was found in the end.

soak.json sent.csv gusts.csv readings.csv.gz
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from bench.records import Machine
from bench.rows import RecordError, RowWriter, read_rows
from bench.soak.senders import Sent
from bench.soak.watching import Reading
from bench.soak.weather import Gust

_SOAK, _SENT, _GUSTS, _READINGS = "soak.json", "sent.csv", "gusts.csv", "readings.csv"


@dataclass(frozen=True)
class Found:
    """What was there in the end. `wrong` are visible files that are not what was sent."""

    files: int
    compared_bytes: int
    wrong: tuple[str, ...]
    lost: tuple[str, ...]
    twice: tuple[str, ...]
    orphans: int
    left_before_sweep: int


@dataclass(frozen=True)
class Soak:
    """`watched` are the roles of processes whose use was sampled, `troubles` errors in the logs, counted."""

    started_at: str
    seconds: float
    seed: int
    clients: tuple[str, ...]
    watched: tuple[str, ...]
    machine: Machine
    found: Found
    troubles: Mapping[str, int]


@dataclass(frozen=True)
class Recorded:
    """All of it."""

    soak: Soak
    sent: Sequence[Sent]
    gusts: Sequence[Gust]
    readings: Sequence[Reading]


_ADAPTER: Final = TypeAdapter(Soak)


def write(folder: Path, recorded: Recorded) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with RowWriter(folder / _SENT, Sent) as sent:
        sent.write_all(recorded.sent)
    with RowWriter(folder / _GUSTS, Gust) as gusts:
        gusts.write_all(recorded.gusts)
    with RowWriter(folder / f"{_READINGS}.gz", Reading) as readings:
        readings.write_all(recorded.readings)
    (folder / _SOAK).write_bytes(_ADAPTER.dump_json(recorded.soak, indent=1) + b"\n")


def read(folder: Path) -> Recorded:
    """Raises `RecordError` when there is none."""
    try:
        soak = _ADAPTER.validate_json((folder / _SOAK).read_bytes())
    except (OSError, ValidationError) as error:
        raise RecordError(f"{folder} holds no soak: {error}") from error
    return Recorded(
        soak,
        list(read_rows(folder / _SENT, Sent)),
        list(read_rows(folder / _GUSTS, Gust)),
        list(read_rows(folder / _READINGS, Reading)),
    )
