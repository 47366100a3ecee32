"""A run of the matrix as a file: what was played, on what, and how long it took."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from bench.faults.play import Played
from bench.records import Machine
from bench.rows import RecordError

RESULTS_FILE: Final = "results.json"


@dataclass(frozen=True)
class MatrixRun:
    """`seconds` is the time that all cells together took, with `jobs` of them at once."""

    started_at: str
    seconds: float
    jobs: int
    machine: Machine
    played: tuple[Played, ...]


_RUN: Final = TypeAdapter(MatrixRun)


def write_run(folder: Path, run: MatrixRun) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{RESULTS_FILE}.partial"
    partial.write_bytes(_RUN.dump_json(run, indent=1) + b"\n")
    partial.replace(folder / RESULTS_FILE)


def read_run(folder: Path) -> MatrixRun:
    """Raises `RecordError` when there is none."""
    try:
        return _RUN.validate_json((folder / RESULTS_FILE).read_bytes())
    except (OSError, ValidationError) as error:
        raise RecordError(f"{folder} holds no run of the fault matrix: {error}") from error
