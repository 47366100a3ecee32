"""The one table: every fault, what it does at its moment, and why a person may have to hear of it.

The matrix is all faults at all moments for all clients, without what a rule leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bench.faults import wire
from bench.faults.moments import Moment
from bench.faults.scene import FILE_BYTES, Scene
from bench.faults.wire import First, Instead, Then
from swift_store.dev.changes import NO_CHANGES, with_full_disks, without_container_server
from swift_store.dev.shape import Shape

HOUR: Final = 3600.0
# Chromium itself repeats what a connection lost that it had used before, and the site what it asks of Swift;
# the second time, the client has to.
TWICE: Final = 2
_BEHIND: Final = (Moment.COMPLETE, Moment.AFTER)
_MIDDLE: Final = FILE_BYTES // 6


class Client(Enum):
    BROWSER = "browser"
    TERMINAL = "terminal"


class Group(Enum):
    """Where a fault lies; the value heads its rows."""

    CONNECTION = "Connection"
    ANSWER = "Answers"
    STATUS = "Refusals"
    CLOCK = "Clocks and names"
    BEHIND = "Between the site and Swift"
    STORAGE = "Swift"
    SITE = "The site"
    FILE = "The file"


@dataclass(frozen=True)
class Fault:
    """`arm` puts it in place. A lasting one stays until the person is told of it; others end alone.

    `told` is why it is right that a person hears of it, where that is so; None: it should go unnoticed.
    After a final one trying again can't help.
    """

    name: str
    label: str
    group: Group
    arm: Callable[[Scene], None]
    told: str | None = None
    is_lasting: bool = False
    is_silent: bool = False
    needs_much: bool = False
    needs_body: bool = False
    is_final: bool = False
    moments: Collection[Moment] = tuple(Moment)
    shape: Shape = Shape.SINGLE


@dataclass(frozen=True)
class Rule:
    """What leaves a cell out, and why."""

    why: str
    leaves_out: Callable[[Fault, Moment, Client], bool]


RULES: Final = (
    Rule("A deletion has no body that could be damaged.", lambda f, m, _: f.needs_body and m is Moment.AFTER),
    Rule(
        "Only segments are long enough to stall or trickle.",
        lambda f, m, _: f.needs_much and not m.is_segment,
    ),
    Rule(
        "The site asks Swift when it commits or deletes; two clients can complete at once, and nothing else;"
        " a limit on the size of files stops segments, and no manifest.",
        lambda f, m, _: m not in f.moments,
    ),
    Rule(
        "When the file is stored, nobody reads the one on the disk any more.",
        lambda f, m, _: f.group is Group.FILE and m is Moment.AFTER,
    ),
)


def _on_wire(fault: wire.WireFault, times: int | None = 1) -> Callable[[Scene], None]:
    return lambda scene: scene.strike(fault, times)


def _behind(name: str, label: str, fault: wire.WireFault, times: int, *, is_silent: bool = False) -> Fault:
    return Fault(
        f"behind-{name}", label, Group.BEHIND, lambda scene: scene.strike_behind(fault, times),
        is_silent=is_silent, moments=_BEHIND,
    )  # fmt: skip


def _when(act: Callable[[Scene], Callable[[], None]]) -> Callable[[Scene], None]:
    """Do something when the moment's request arrives, then let it pass."""
    return lambda scene: scene.strike(First(act(scene)))


def _status(status: int, told: str | None) -> Fault:
    return Fault(str(status), str(status), Group.STATUS, _on_wire(wire.Refuse(status), TWICE), told)


_REFUSED: Final = "An answer that means no: trying again by itself can't help, so the person decides."
_NO_DELETION: Final = "A deletion is one request; that it failed is told, and the person may try again."
_DAMAGED: Final = "The site can't tell a damaged request from a wrong one; Swift can, by the MD5."
_FILE_GONE: Final = "What was chosen is not there any more."

CONNECTION: Final = (
    Fault(
        "refused", "Connection refused", Group.CONNECTION,
        lambda scene: scene.strike(Instead(scene.shut)), is_lasting=True,
    ),
    Fault("reset", "Connection reset", Group.CONNECTION, _on_wire(wire.Reset(after=20), TWICE)),
    Fault("half-open", "Half-open", Group.CONNECTION, _on_wire(wire.HalfOpen()), is_silent=True),
    Fault(
        "stalled", "Stalled in the middle", Group.CONNECTION, _on_wire(wire.Stall(after=_MIDDLE)),
        is_silent=True, needs_much=True,
    ),
    Fault("trickle", "Slow trickle", Group.CONNECTION, _on_wire(wire.Trickle()), needs_much=True),
    Fault("duplicate", "Request arrives twice", Group.CONNECTION, _on_wire(wire.Repeat())),
    Fault(
        "corrupted", "A byte of it changed", Group.CONNECTION, _on_wire(wire.Corrupt(at=40)), _DAMAGED,
        needs_body=True,
    ),
)  # fmt: skip

ANSWERS: Final = (
    Fault("truncated-answer", "Answer breaks off", Group.ANSWER, _on_wire(wire.TruncateAnswer(), TWICE)),
    Fault("lost-answer", "Answer lost after success", Group.ANSWER, _on_wire(wire.LoseAnswer(), TWICE)),
)

STATUSES: Final = (
    _status(401, _REFUSED),
    _status(403, _REFUSED),
    _status(413, _REFUSED),
    _status(422, _REFUSED),
    _status(429, None),
    _status(498, _REFUSED),
    *(_status(status, None) for status in (500, 502, 503, 507)),
)

CLOCKS: Final = (
    Fault(
        "client-ahead", "Client an hour ahead", Group.CLOCK, _when(lambda scene: scene.set_client_clock(HOUR))
    ),
    Fault(
        "client-behind", "Client an hour behind", Group.CLOCK,
        _when(lambda scene: scene.set_client_clock(-HOUR)),
    ),
    Fault("site-ahead", "Site an hour ahead", Group.CLOCK, _when(lambda scene: scene.set_site_clock(HOUR))),
    Fault(
        "site-behind", "Site an hour behind", Group.CLOCK, _when(lambda scene: scene.set_site_clock(-HOUR)),
        is_lasting=True,
    ),
    Fault(
        "no-names", "Names not found (DNS)", Group.CLOCK,
        lambda scene: scene.strike(Instead(scene.lose_names)), is_lasting=True,
    ),
)  # fmt: skip

BEHIND: Final = (
    _behind("reset", "Reset on the way to Swift", wire.Reset(after=20), TWICE),
    _behind("stalled", "Stalled on the way to Swift", wire.Stall(after=20), 1, is_silent=True),
    _behind("truncated-answer", "Swift's answer breaks off", wire.TruncateAnswer(), TWICE),
    _behind("lost-answer", "Swift's answer lost after success", wire.LoseAnswer(), TWICE),
    *(_behind(str(status), f"Swift answers {status}", wire.Refuse(status), TWICE) for status in (500, 503)),
)

STORAGE: Final = (
    Fault("rotated", "TempURL key rotated", Group.STORAGE, _when(lambda scene: scene.rotate_keys)),
    Fault(
        "disk-full", "Disks full", Group.STORAGE, _when(lambda scene: scene.change_swift(with_full_disks())),
        is_lasting=True,
    ),
    Fault(
        "file-limit", "Files can't grow (a limit of the kernel)", Group.STORAGE,
        _when(lambda scene: scene.limit_files), is_lasting=True,
        moments=(Moment.TICKET, Moment.FIRST, Moment.MIDDLE, Moment.LAST),
    ),
    Fault(
        "no-container", "Container server down", Group.STORAGE,
        _when(lambda scene: scene.change_swift(without_container_server())), is_lasting=True,
    ),
    Fault(
        "swift-restarted", "Proxy restarted, tokens lost", Group.STORAGE,
        _when(lambda scene: scene.change_swift(NO_CHANGES)),
    ),
    *(
        Fault(
            f"{count}-killed", f"{word} of three object servers killed", Group.STORAGE,
            _when(lambda scene, count=count: scene.kill_servers(count)),  # type: ignore[misc]
            is_lasting=True, shape=Shape.REPLICATED,
        )
        for count, word in ((1, "One"), (2, "Two"))
    ),
    *(
        Fault(
            f"{count}-frozen", f"{word} of three object servers frozen", Group.STORAGE,
            _when(lambda scene, count=count: scene.freeze_servers(count)),  # type: ignore[misc]
            is_lasting=True, shape=Shape.REPLICATED,
        )
        for count, word in ((1, "One"), (2, "Two"))
    ),
)  # fmt: skip

SITE: Final = (
    Fault(
        "killed-before", "Killed before it hears", Group.SITE,
        lambda scene: scene.strike(Instead(scene.stage.kill_site)), is_lasting=True,
    ),
    Fault(
        "killed-in", "Killed while Swift commits or deletes", Group.SITE,
        lambda scene: scene.strike_behind(First(scene.stage.kill_site)), is_lasting=True, moments=_BEHIND,
    ),
    Fault(
        "killed-after", "Killed after it has answered", Group.SITE,
        lambda scene: scene.strike(Then(scene.stage.kill_site)), is_lasting=True,
    ),
    Fault(
        "at-once", "Two clients complete at once", Group.SITE, _on_wire(wire.Double()),
        moments=(Moment.COMPLETE,),
    ),
)  # fmt: skip

FILES: Final = (
    Fault("changed", "Changed on disk", Group.FILE, _when(lambda scene: scene.change_file), _FILE_GONE),
    Fault(
        "deleted", "Deleted", Group.FILE, _when(lambda scene: scene.delete_file), _FILE_GONE, is_final=True
    ),
    Fault("shrunk", "Shrunk", Group.FILE, _when(lambda scene: scene.shrink_file), _FILE_GONE),
)

FAULTS: Final = (*CONNECTION, *ANSWERS, *STATUSES, *CLOCKS, *BEHIND, *STORAGE, *SITE, *FILES)


@dataclass(frozen=True)
class Cell:
    """One field of the matrix."""

    fault: Fault
    moment: Moment
    client: Client

    @property
    def name(self) -> str:
        return f"{self.fault.name}/{self.moment.name.lower()}/{self.client.value}"

    @property
    def told(self) -> str | None:
        """Why a person may have to hear of it."""
        return self.fault.told or (_NO_DELETION if self.moment is Moment.AFTER else None)


def cells() -> Iterator[Cell]:
    """The matrix, row by row."""
    for fault in FAULTS:
        for moment in Moment:
            for client in Client:
                if not any(rule.leaves_out(fault, moment, client) for rule in RULES):
                    yield Cell(fault, moment, client)
