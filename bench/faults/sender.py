"""What all clients of the matrix have in common: the port between a cell and whoever uploads."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol


class State(Enum):
    """What the person at the client sees."""

    BUSY = "busy"
    # It goes on by itself, and says that something is wrong.
    TROUBLED = "troubled"
    STORED = "stored"
    DELETED = "deleted"
    FAILED = "failed"

    @property
    def is_end(self) -> bool:
        return self in {State.STORED, State.DELETED, State.FAILED}


@dataclass(frozen=True)
class Sight:
    """A look at the client: how it is, and in what words."""

    state: State
    words: str = ""


class Sender(Protocol):
    """A person with one client and one file."""

    def begin(self, source: Path) -> None:
        """Start uploading."""

    def look(self, *, in_a_hurry: bool) -> Sight:
        """What there is to see now, after a moment. In a hurry, the client's own time passes faster."""

    def again(self, source: Path) -> None:
        """After a failure, try again in the way that the client offers."""

    def delete(self) -> None:
        """Have the stored file deleted."""

    def set_clock(self, ahead_seconds: float) -> None:
        """Put the client's clock forward. Any thread may ask for it; returns when it is done."""

    def lose_names(self) -> None:
        """From now on no name is found. Any thread may ask for it; returns when it is so."""

    def find_names(self) -> None:
        """The opposite of `lose_names`."""
