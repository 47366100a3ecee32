"""What a table of the report is: plain data, of which HTML, Markdown and CSV are made alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ALWAYS: Final = 0.999
MOSTLY: Final = 0.95


class Level(StrEnum):
    """How good a cell's news is; shown by a sign, too."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"
    FAILED = "failed"
    PLAIN = ""


@dataclass(frozen=True)
class Cell:
    """What a table's cell says, in one or two lines."""

    text: str
    note: str = ""
    level: Level = Level.PLAIN


@dataclass(frozen=True)
class Table:
    """A table; the first cell of each row names it."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Cell | str]]) -> Table:
    """A table of cells or bare texts."""
    made = tuple(tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in row) for row in rows)
    return Table(caption, tuple(columns), made)


def level(availability: float) -> Level:
    """Good from 99.9 % on, fair from 95 %."""
    return Level.GOOD if availability >= ALWAYS else Level.FAIR if availability >= MOSTLY else Level.BAD
