"""How each architecture is drawn: colour, dashes and marker, so that a chart can be read without its colours.

The direct way is the thick one; the others come in the order of the run. The colours are Okabe and Ito's,
which people with any kind of colour vision can tell apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle
from typing import Final

from bench.calibration import DIRECT
from bench.records import Architecture

Dashes = tuple[float, tuple[float, ...]]
SOLID: Final[Dashes] = (0, ())


@dataclass(frozen=True)
class Line:
    """A line's look, in matplotlib's terms; `swatch` is the same for an SVG's `stroke-dasharray`."""

    colour: str
    dashes: Dashes
    marker: str
    width: float

    @property
    def swatch(self) -> str:
        return " ".join(str(length * self.width) for length in self.dashes[1])


_DIRECT: Final = Line("#0b5cab", SOLID, "o", 3.2)
_OTHERS: Final = (
    Line("#d55e00", SOLID, "s", 1.5),
    Line("#b57c00", (0, (6, 2)), "^", 1.5),
    Line("#b0457f", (0, (2, 1.5)), "v", 1.5),
    Line("#00795a", (0, (8, 2, 2, 2)), "D", 1.5),
    Line("#7a4a12", (0, (1, 1)), "P", 1.5),
    Line("#3a87c2", (0, (4, 1.5, 1, 1.5, 1, 1.5)), "X", 1.5),
    Line("#5a5a5a", (0, (10, 3)), "<", 1.5),
    Line("#111111", (0, (3, 3)), "*", 1.5),
)


def lines(architectures: Iterable[Architecture]) -> dict[str, Line]:
    """The look of each architecture, by name."""
    others = cycle(_OTHERS)
    return {one.name: _DIRECT if one.way == DIRECT else next(others) for one in architectures}
