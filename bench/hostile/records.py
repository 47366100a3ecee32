"""The raw data of a hostile run: what was written down while attacking, nothing that is computed from it.

    run.json
    attacks/<name>/attack.json visits.csv.gz samples.csv.gz

An attack's folder is complete or not there, so an interrupted run goes on with what is missing. All times
are seconds since the start of measuring: quiet, then the attack from `attack_from` to `attack_to`, then quiet
again.
"""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from bench.hostile.attacks import Attack
from bench.hostile.tally import Tally
from bench.records import Machine, Sample, Visit
from bench.rows import RecordError, RowWriter, read_rows

T = TypeVar("T")
FORMAT: Final = 1


@dataclass(frozen=True)
class Schedule:
    """How long each attack is measured, in seconds, and how many visits a second are intended."""

    warmup_seconds: float
    before_seconds: float
    attack_seconds: float
    after_seconds: float
    visit_rate: float

    @property
    def attack_from(self) -> float:
        return self.before_seconds

    @property
    def attack_to(self) -> float:
        return self.before_seconds + self.attack_seconds

    @property
    def seconds(self) -> float:
        return self.attack_to + self.after_seconds


@dataclass(frozen=True)
class HostileRun:
    started_at: str
    machine: Machine
    schedule: Schedule
    attacks: tuple[Attack, ...]
    versions: dict[str, str] = field(default_factory=dict)
    affinity: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    format: int = FORMAT


@dataclass(frozen=True)
class Attacked:
    """One attack: what the attacker counted, and the most memory that a process of the site ever had."""

    tally: Tally
    peak_bytes: int
    visits: tuple[Visit, ...] = ()
    samples: tuple[Sample, ...] = ()


_RUN: Final = TypeAdapter(HostileRun)
_ATTACKED: Final = TypeAdapter(Attacked)
_VISITS, _SAMPLES = "visits.csv", "samples.csv"


def write_run(folder: Path, run: HostileRun) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.json").write_bytes(_RUN.dump_json(run, indent=1) + b"\n")


def read_run(folder: Path) -> HostileRun:
    """What a run was to measure; `RecordError` when the folder holds none."""
    return _read(_RUN, folder / "run.json")


def is_measured(folder: Path, attack: Attack) -> bool:
    return (_place(folder, attack) / "attack.json").exists()


def write_attacked(folder: Path, attack: Attack, attacked: Attacked) -> None:
    """Put an attack's rows and figures in place, whole or not at all."""
    place = _place(folder, attack)
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".", dir=place.parent))
    try:
        _write_rows(temporary / f"{_VISITS}.gz", Visit, attacked.visits)
        _write_rows(temporary / f"{_SAMPLES}.gz", Sample, attacked.samples)
        told = _ATTACKED.dump_json(attacked, indent=1, exclude={"visits", "samples"})
        (temporary / "attack.json").write_bytes(told + b"\n")
        temporary.chmod(0o755)
        temporary.rename(place)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def read_attacked(folder: Path, attack: Attack) -> Attacked:
    """An attack with all its rows; `RecordError` when it was not measured."""
    place = _place(folder, attack)
    told = _read(_ATTACKED, place / "attack.json")
    return Attacked(
        tally=told.tally,
        peak_bytes=told.peak_bytes,
        visits=tuple(read_rows(place / _VISITS, Visit)),
        samples=tuple(read_rows(place / _SAMPLES, Sample)),
    )


def _place(folder: Path, attack: Attack) -> Path:
    return folder / "attacks" / attack.name


def _write_rows(file: Path, kind: type[Any], rows: Sequence[Any]) -> None:
    with RowWriter(file, kind) as writer:
        writer.write_all(rows)


def _read(adapter: TypeAdapter[T], file: Path) -> T:
    try:
        return adapter.validate_json(file.read_bytes())
    except FileNotFoundError as error:
        raise RecordError(f"{file}: there is no such file, so this is no folder of a hostile run") from error
    except ValidationError as error:
        raise RecordError(f"{file}: {error.errors()[0]['msg']}") from error
