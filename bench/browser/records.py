"""Raw samples, a JSON object a line, in the order in which they were measured."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from bench.rows import RecordError

SAMPLES_FILE: Final = "samples.jsonl"
SETTING_FILE: Final = "setting.json"


@dataclass(frozen=True)
class Usage:
    """CPU seconds by process; a renderer is the page and its workers, the browser is the rest of Chromium."""

    renderer: float
    browser: float
    swift: float
    site: float
    curl: float = 0.0

    @property
    def client(self) -> float:
        """What the sender's side cost."""
        return self.renderer + self.browser + self.curl


@dataclass(frozen=True)
class Sample:
    """One upload of all of a case's files by one way. None where the way has no page."""

    case: str
    way: str
    round: int
    files: int
    file_bytes: int
    seconds: float
    usage: Usage
    long_tasks: int | None = None
    long_task_seconds: float | None = None
    longest_gap_seconds: float | None = None
    renderer_peak_bytes: int | None = None

    @property
    def bytes_per_second(self) -> float:
        return self.files * self.file_bytes / self.seconds


def write_sample(folder: Path, sample: Sample) -> None:
    """Add a sample to the folder's; what was written before stays, whatever comes."""
    with (folder / SAMPLES_FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(sample)) + "\n")


def read_samples(folder: Path) -> list[Sample]:
    """All samples of a folder. Raises RecordError."""
    path = folder / SAMPLES_FILE
    try:
        return list(_parsed(path.read_text(encoding="utf-8").splitlines()))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise RecordError(f"{path}: {error}") from error


def _parsed(lines: Iterable[str]) -> Iterator[Sample]:
    names = {field.name for field in fields(Sample)}
    for line in lines:
        row: dict[str, Any] = {name: value for name, value in json.loads(line).items() if name in names}
        yield Sample(**row | {"usage": Usage(**row["usage"])})


def write_setting(folder: Path, setting: dict[str, Any]) -> None:
    """What the samples were measured on and with."""
    (folder / SETTING_FILE).write_text(json.dumps(setting, indent=2) + "\n", encoding="utf-8")


def read_setting(folder: Path) -> dict[str, Any]:
    """The opposite of `write_setting`. Raises RecordError."""
    path = folder / SETTING_FILE
    try:
        setting: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecordError(f"{path}: {error}") from error
    return setting
