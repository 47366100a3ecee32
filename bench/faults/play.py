"""Plays one cell: arms the fault, lets the client upload, and looks at what came of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from bench.faults import invariant
from bench.faults.glimpse import glimpses
from bench.faults.moments import Moment
from bench.faults.scene import Scene, Source
from bench.faults.sender import Sender, Sight, State
from bench.faults.stage import Stage
from bench.faults.table import Cell
from bench.faults.troubles import troubles

_CELL_SECONDS: Final = 90.0
# A lasting fault of which nobody hears ends after this time: so it did not matter.
_LASTING_SECONDS: Final = 6.0
# So long a client may take to notice what happened to its request.
_QUIET_SECONDS: Final = 1.0


class Ending(Enum):
    """How a cell ended; the value is its glyph."""

    ALONE = "●"
    AGAIN = "◐"
    TOLD = "◔"
    BROKEN = "✗"


@dataclass(frozen=True)
class Played:
    """`words` are what the person read last before trying again, `violations` what is wrong."""

    cell: str
    ending: Ending
    seconds: float
    words: str = ""
    violations: tuple[str, ...] = ()


def play(cell: Cell, stage: Stage, client: AbstractContextManager[Sender]) -> Played:
    """Play the cell on a whole stage, and leave it whole and empty."""
    begun = time.monotonic()
    logged = stage.site_log.stat().st_size
    source = Source.make(_new_file(stage), cell.name)
    with client as sender, glimpses(stage) as seen:
        scene = Scene(stage, cell.moment, source, sender)
        try:
            first, last = _act(scene, cell)
        finally:
            scene.mend()
    kept = invariant.look(stage)
    wrong = invariant.violations(kept, sources=source.contents, glimpses=seen, told=last.state)
    found = (*wrong, *_surprises(scene, cell, first, last), *_site_errors(stage, logged))
    ending = _ending(first, last, found)
    words = first.words if first.state is State.FAILED else ""
    invariant.clear(stage)
    return Played(cell.name, ending, round(time.monotonic() - begun, 2), words, found)


def _act(scene: Scene, cell: Cell) -> tuple[Sight, Sight]:
    """What the person saw in the end, and what after trying again if that was a failure."""
    if cell.moment is not Moment.AFTER:
        cell.fault.arm(scene)
    scene.sender.begin(scene.source.path)
    first = _watch(scene, cell, State.STORED)
    if cell.moment is Moment.AFTER and first.state is State.STORED:
        cell.fault.arm(scene)
        scene.sender.delete()
        first = _watch(scene, cell, State.DELETED)
    if first.state is not State.FAILED:
        return first, first
    scene.try_again()
    time.sleep(_QUIET_SECONDS)
    return first, _watch(scene, cell, State.DELETED if cell.moment is Moment.AFTER else State.STORED)


def _watch(scene: Scene, cell: Cell, hoped: State) -> Sight:
    """Look at the client until it comes to an end, for a while at most; mend what lasts when it is time."""
    deadline = time.monotonic() + _CELL_SECONDS
    struck_at: float | None = None
    held_at = time.monotonic()
    is_mended = False
    while time.monotonic() < deadline:
        sight = scene.sender.look(in_a_hurry=cell.fault.is_silent and scene.is_on_its_way)
        if scene.has_struck and struck_at is None:
            struck_at = time.monotonic()
        if scene.is_undecided:
            held_at = time.monotonic()
        # A client that hides a file before it is deleted has not deleted it yet.
        may_change = sight.state is State.DELETED and time.monotonic() - held_at < _QUIET_SECONDS
        if sight.state in {hoped, State.FAILED} and not may_change:
            return sight
        lasts = struck_at is not None and time.monotonic() - struck_at > _LASTING_SECONDS
        if (
            cell.fault.is_lasting
            and not is_mended
            and (lasts or (struck_at and sight.state is State.TROUBLED))
        ):
            scene.mend()
            is_mended = True
    return Sight(State.BUSY, "nothing happened any more")


def _surprises(scene: Scene, cell: Cell, first: Sight, last: Sight) -> Iterator[str]:
    """What went otherwise than the table says."""
    if not scene.has_struck:
        yield "the fault did not strike"
    if first.state is State.FAILED and cell.told is None:
        yield "the person was told, and should not have been"
    if last.state is State.FAILED and not cell.fault.is_final:
        yield "trying again failed, too"


def _site_errors(stage: Stage, logged: int) -> Iterator[str]:
    """What the site's log tells of trouble behind its first LOGGED bytes: faults of others are none to it."""
    log = stage.site_log.read_bytes()[logged:].decode(errors="replace")
    for line, count in Counter(troubles(log)).items():
        yield f"the site logged {count} times: {line}"


def _ending(first: Sight, last: Sight, found: Sequence[str]) -> Ending:
    if found:
        return Ending.BROKEN
    if first.state is State.FAILED:
        return Ending.TOLD if last.state is State.FAILED else Ending.AGAIN
    return Ending.ALONE


def _new_file(stage: Stage) -> Path:
    folder = stage.folder / "sources"
    folder.mkdir(exist_ok=True)
    return folder / "film.bin"
