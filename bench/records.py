"""The raw data of a measuring run: what was written down while measuring, nothing that is computed from it.

A run is a folder. `run.json` says what was to be measured, where and with what; each measured cell (a
scenario, an architecture, a repetition) is a folder of its own below `cells/`:

    run.json
    cells/<scenario>/<architecture>/<repetition>/cell.json probes.csv uploads.csv samples.csv

A cell is written beside its place and renamed when it is complete. So whatever stands below `cells/` is
valid, what is missing has not been measured, and a run that was killed can be continued. Any CSV may be
gzipped (`probes.csv.gz`). All times are seconds since the start of measuring; before 0 is warm-up and
counts nowhere.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter, ValidationError

from bench.rows import RecordError, RowWriter, read_rows

FORMAT: Final = 1


class Code(StrEnum):
    """What may be doubtful about a measurement."""

    GENERATOR_SATURATED = "generator-saturated"
    TOO_FEW_SAMPLES = "too-few-samples"
    NOISY_MACHINE = "noisy-machine"
    RATE_NOT_REACHED = "rate-not-reached"
    SERVER_FAILED = "server-failed"
    CPU_SHARED = "cpu-shared"


class Role(StrEnum):
    """Whose processes a sample counts."""

    APP = "app"
    SWIFT = "swift"
    UPLOADERS = "uploaders"
    VISITORS = "visitors"


class Status(StrEnum):
    OK = "ok"
    FAILED = "failed"


@dataclass(frozen=True)
class Caution:
    """A warning as data: a stable code, and a sentence for a reader."""

    code: Code
    text: str


@dataclass(frozen=True)
class Machine:
    cpu: str
    cores: int
    memory_bytes: int
    kernel: str
    python: str


@dataclass(frozen=True)
class Architecture:
    """One way of running the site. `concurrency`: uploads it can serve at once, None when nothing bounds
    them.
    """

    name: str
    label: str
    way: str
    workers: int = 1
    threads: int = 1
    worker_class: str = ""
    push: str = ""
    input: str = ""
    concurrency: int | None = None
    description: str = ""


@dataclass(frozen=True)
class Phase:
    """A part of a scenario, from `start` to `end` (`from` and `to` in the file)."""

    name: str
    start: Annotated[float, Field(alias="from")]
    end: Annotated[float, Field(alias="to")]


@dataclass(frozen=True)
class Scenario:
    """One load.

    `bandwidth_bits` is per client and second, None for unlimited; `sizes` the (bytes, weight) of the
    files that the uploaders send, `pause_seconds` how long each waits between two, on average;
    `visitor_rate` the visits intended a second.
    """

    name: str
    label: str
    description: str
    seconds: float
    uploaders: int
    bandwidth_bits: float | None = None
    sizes: tuple[tuple[int, float], ...] = ()
    visitor_rate: float = 0.0
    phases: tuple[Phase, ...] = ()
    pause_seconds: float = 0.0


@dataclass(frozen=True)
class Run:
    profile: str
    started_at: str
    machine: Machine
    architectures: tuple[Architecture, ...]
    scenarios: tuple[Scenario, ...]
    finished_at: str | None = None
    versions: dict[str, str] = field(default_factory=dict)
    affinity: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[Caution, ...] = ()
    format: int = FORMAT


@dataclass(frozen=True, order=True)
class CellKey:
    """Which cell: a scenario, an architecture and a repetition (from 1)."""

    scenario: str
    architecture: str
    repetition: int = 1


@dataclass(frozen=True)
class Cell:
    """What is known of a cell as a whole.

    `app_bytes_in` and `app_bytes_out` are what clients sent to and got from the application server while
    it was measured, counted by the clients; None when nobody could count them.
    """

    status: Status
    started_at: str
    seconds: float
    warmup_seconds: float = 0.0
    why: str | None = None
    app_bytes_in: int | None = None
    app_bytes_out: int | None = None
    load_average: float | None = None
    warnings: tuple[Caution, ...] = ()


@dataclass(frozen=True)
class Visit:
    """A page visit, counted from `intended`, when the arrival process wanted it; unanswered: `finished`
    None.
    """

    intended: float
    started: float | None
    finished: float | None
    ok: bool
    status: int | None = None
    error: str = ""
    path: str = "/"


@dataclass(frozen=True)
class Upload:
    """An upload. When measuring ended under way, `finished` is None and `bytes_sent` tells how far it was."""

    client: str
    size: int
    started: float
    finished: float | None
    ok: bool
    error: str = ""
    bytes_sent: int = 0


@dataclass(frozen=True)
class Sample:
    """A role's process tree at a moment; `cpu_seconds` add up from its start."""

    t: float
    role: Role
    cpu_seconds: float
    rss_bytes: int
    connections: int | None = None
    disk_bytes: int | None = None
    processes: int | None = None


@dataclass(frozen=True)
class Recording:
    """A cell with all its rows."""

    key: CellKey
    cell: Cell
    visits: tuple[Visit, ...] = ()
    uploads: tuple[Upload, ...] = ()
    samples: tuple[Sample, ...] = ()


VISITS: Final = "probes.csv"
UPLOADS: Final = "uploads.csv"
SAMPLES: Final = "samples.csv"

_RUN: Final = TypeAdapter(Run)
_CELL: Final = TypeAdapter(Cell)


def write_run(folder: Path, run: Run) -> None:
    """Put `run.json` in place, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / "run.json", _RUN.dump_json(run, indent=1, by_alias=True))


def read_run(folder: Path) -> Run:
    """What a run was to measure; `RecordError` when the folder holds none or one of another format."""
    run: Run = _parsed(_RUN, folder / "run.json")
    if run.format != FORMAT:
        raise RecordError(f"{folder / 'run.json'}: format {run.format}, and this reads format {FORMAT}")
    return run


def cell_folder(folder: Path, key: CellKey) -> Path:
    """Where a cell stands when it has been measured."""
    return folder / "cells" / key.scenario / key.architecture / str(key.repetition)


def measured_cells(folder: Path) -> tuple[CellKey, ...]:
    """The cells that exist, in order of their names."""
    found = (folder / "cells").glob("*/*/*/cell.json")
    places = (file.parent.relative_to(folder / "cells").parts for file in found)
    return tuple(sorted(CellKey(s, a, int(r)) for s, a, r in places if r.isdecimal()))


@contextmanager
def new_cell(folder: Path, key: CellKey) -> Iterator[Path]:
    """A temporary folder to write a cell into: it takes its place at the end, or is gone when that fails."""
    place = cell_folder(folder, key)
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{key.repetition}-", dir=place.parent))
    try:
        yield temporary
        if place.exists():
            shutil.rmtree(place)
        temporary.rename(place)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_cell(cell_place: Path, cell: Cell) -> None:
    """Write `cell.json` into a cell's folder."""
    _replace(cell_place / "cell.json", _CELL.dump_json(cell, indent=1))


def read_recording(folder: Path, key: CellKey) -> Recording:
    """A cell with its rows. A missing file has no rows: a server that failed to start left none."""
    place = cell_folder(folder, key)
    return Recording(
        key=key,
        cell=_parsed(_CELL, place / "cell.json"),
        visits=tuple(read_rows(place / VISITS, Visit)),
        uploads=tuple(read_rows(place / UPLOADS, Upload)),
        samples=tuple(read_rows(place / SAMPLES, Sample)),
    )


def pack(folder: Path, destination: Path) -> None:
    """Copy a run with its CSV files gzipped, to be committed. The same rows give the same bytes."""
    shutil.copytree(
        folder, destination, ignore=shutil.ignore_patterns(".*", "*.csv", "*.csv.gz", "report.*", "results.*")
    )
    for key in measured_cells(folder):
        for name, kind in ((VISITS, Visit), (UPLOADS, Upload), (SAMPLES, Sample)):
            rows = read_rows(cell_folder(folder, key) / name, kind)
            with RowWriter(cell_folder(destination, key) / f"{name}.gz", kind) as writer:
                writer.write_all(rows)


def _parsed(adapter: TypeAdapter[Any], file: Path) -> Any:
    try:
        return adapter.validate_json(file.read_bytes())
    except FileNotFoundError as error:
        raise RecordError(f"{file}: there is no such file, so this is no folder of measurements") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RecordError(f"{file}: {place or 'the file'}: {first['msg']}") from error


def _replace(file: Path, content: bytes) -> None:
    temporary = file.with_name(f".{file.name}.new")
    temporary.write_bytes(content + b"\n")
    temporary.replace(file)
