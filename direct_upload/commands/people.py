"""How commands speak to people: tables, and what goes on meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

# Where there is no terminal to ask.
_WIDTH = 120


def console() -> Console:
    """Standard output; colours only on a terminal."""
    return Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)


def table(*columns: str, numbers: Sequence[str] = ()) -> Table:
    """A table with these columns, those in NUMBERS to the right."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        made.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    return made


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A line on standard error that says what goes on, on a terminal only; gone in the end."""
    stderr = Console(stderr=True)
    if not stderr.is_terminal:
        yield lambda _text: None
        return
    with stderr.status("") as status:
        yield status.update
