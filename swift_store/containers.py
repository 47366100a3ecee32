"""Over which containers files are spread, and in which of them an owner's files may be.

    uploads, uploads-1, uploads-2, ...     number 0 has the name of the settings

Rendezvous hashing: each container draws a number for each owner, and an owner's home, where new files go, is
where the highest was drawn. So a further container takes over only the owners for whom it drew the highest
of all; nobody else moves.

Files stay where they are. While there were fewer containers an owner's home was the highest among those, so
every home that an owner ever had drew more than all before it. Of N containers these are ln N + 0.58 on
average, and nobody has to remember how many there were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

# What draws for some hundred containers takes longer than all else that signing an upload does.
_REMEMBERED_OWNERS = 4096


@dataclass(frozen=True)
class Containers:
    """The first `count` of the containers that begin with `name`."""

    name: str
    count: int = 1

    @property
    def names(self) -> Sequence[str]:
        """All of them, in the order of their numbers."""
        return [self._named(number) for number in range(self.count)]

    @property
    def mark(self) -> str:
        """What all but the first have in their metadata: nobody else's are taken for ours."""
        return quote(self.name)

    def home(self, owner: str) -> str:
        """Where new files of this owner go."""
        return self.candidates(owner)[0]

    def candidates(self, owner: str) -> Sequence[str]:
        """Where files of this owner may be: the home, and each earlier home, the latest first."""
        return [self._named(number) for number in _homes(owner, self.count)]

    def is_beyond(self, name: str) -> bool:
        """Whether this is the name of a container that would be one of ours if there were more."""
        before, _, number = name.rpartition("-")
        is_number = number.isascii() and number.isdecimal() and str(int(number)) == number
        return before == self.name and is_number and int(number) >= max(1, self.count)

    def _named(self, number: int) -> str:
        return f"{self.name}-{number}" if number else self.name


@lru_cache(_REMEMBERED_OWNERS)
def _homes(owner: str, count: int) -> Sequence[int]:
    """The numbers that drew more than all before them, the last first."""
    found: list[int] = []
    highest = b""
    for number in range(count):
        drawn = hashlib.sha256(f"{number}\n{owner}".encode()).digest()
        if drawn > highest:
            highest = drawn
            found.insert(0, number)
    return tuple(found)
