"""Rows of raw data as CSV files: a frozen dataclass is a row, its fields are the columns.

An empty cell is None, or "" where the field is text. Rows are read and written one by one.
"""

import csv
import dataclasses
import gzip
import io
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TextIO, TypeVar

from pydantic import TypeAdapter, ValidationError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

RowT = TypeVar("RowT", bound="DataclassInstance")


class RecordError(Exception):
    """Raw data that can't be read; the message names the file and what is wrong with it."""


class RowWriter(Generic[RowT]):
    """Writes rows to a new CSV file, gzipped when its name ends in `.gz`; a context manager.

    Rows reach the file when it is flushed or closed. `write` is safe between greenlets: it never waits.
    """

    def __init__(self, file: Path, row_type: type[RowT]) -> None:
        self._fields = [field.name for field in dataclasses.fields(row_type)]
        self._text = _opened_for_writing(file)
        self._csv = csv.writer(self._text, lineterminator="\n")
        self._csv.writerow(self._fields)

    def write(self, row: RowT) -> None:
        self._csv.writerow([_cell(getattr(row, name)) for name in self._fields])

    def write_all(self, rows: Iterable[RowT]) -> None:
        for row in rows:
            self.write(row)

    def flush(self) -> None:
        self._text.flush()

    def close(self) -> None:
        self._text.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_rows(file: Path, row_type: type[RowT]) -> Iterator[RowT]:
    """The rows of a CSV file, or of the same name with `.gz`; none when neither exists.

    `RecordError` names the line that can't be read. A last line without its end is a row that was being
    written when the writer was killed: it is left out.
    """
    adapter = TypeAdapter(row_type)
    texts = {field.name for field in dataclasses.fields(row_type) if field.type is str}
    with _opened_for_reading(file) as text:
        reader = csv.DictReader(_whole_lines(text))
        for line in reader:
            values = {name: None if cell == "" and name not in texts else cell for name, cell in line.items()}
            yield _row(adapter, values, f"{file}, line {reader.line_num}")


def _row(adapter: TypeAdapter[RowT], values: dict[str, Any], place: str) -> RowT:
    try:
        return adapter.validate_python(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise RecordError(f"{place}: {name}: {first['msg']}") from error


def _whole_lines(text: TextIO) -> Iterator[str]:
    return (line for line in text if line.endswith("\n"))


def _cell(value: object) -> object:
    match value:
        case None:
            return ""
        case bool():
            return int(value)
        case float():
            return round(value, 6)
        case Enum():
            return value.value
        case _:
            return value


def _opened_for_writing(file: Path) -> TextIO:
    if file.suffix != ".gz":
        return file.open("w", encoding="utf-8", newline="")
    # Without the time in its header, the same rows give the same file, which is what git wants to see.
    packed = gzip.GzipFile(file, "wb", mtime=0)
    return io.TextIOWrapper(packed, encoding="utf-8", newline="")


def _opened_for_reading(file: Path) -> TextIO:
    packed = file.with_name(f"{file.name}.gz")
    if file.exists():
        return file.open(encoding="utf-8", newline="")
    if packed.exists():
        return io.TextIOWrapper(gzip.open(packed), encoding="utf-8", newline="")
    return io.StringIO()
