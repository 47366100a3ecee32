"""What is sent: files of mixed sizes, whose contents follow from their names."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Final

_MIB: Final = 1 << 20
_LARGEST: Final = 12 * _MIB
# A share of the files for each, so that the ends are met too.
_EDGES: Final = (0, 1, _MIB - 1, _MIB, _MIB + 1, 3 * _MIB)
_EDGE_SHARE: Final = 0.15
_NAME: Final = re.compile(r"soak-(\w+)-(\d+)-(\d+)\.bin")


@dataclass(frozen=True)
class Item:
    """One file to send. The name tells all: who sends it, the how manieth it is, and its size in bytes."""

    client: str
    number: int
    size: int

    @property
    def name(self) -> str:
        return f"soak-{self.client}-{self.number}-{self.size}.bin"

    @property
    def content(self) -> bytes:
        return hashlib.shake_128(self.name.encode()).digest(self.size)

    def written(self, folder: Path) -> Path:
        """The file on the disk."""
        path = folder / self.name
        path.write_bytes(self.content)
        return path


def named(name: str) -> Item | None:
    """The item of this name; None when it is none of ours."""
    found = _NAME.fullmatch(name)
    return Item(found[1], int(found[2]), int(found[3])) if found else None


def items(client: str, seed: int) -> Iterator[Item]:
    """The files of one client, without end: small ones are as many as big ones at each order of magnitude."""
    chance = random.Random(f"{seed} {client}")  # noqa: S311 - no secret
    number = 0
    while True:
        is_edge = chance.random() < _EDGE_SHARE
        size = chance.choice(_EDGES) if is_edge else int(2 ** chance.uniform(0, log2(_LARGEST)))
        yield Item(client, number, min(size, _LARGEST))
        number += 1
