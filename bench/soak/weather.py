"""Random faults, always the same for a seed: one after the other, each for the next request of its moment."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bench.faults import wire
from bench.faults.moments import Moment, matcher
from bench.faults.proxy import Strike
from bench.faults.stage import Stage
from bench.faults.wire import WireFault
from swift_store.dev.changes import NO_CHANGES

_PAUSES: Final = (0.3, 1.5)
_MOMENTS: Final = (Moment.TICKET, Moment.FIRST, Moment.MIDDLE, Moment.LAST, Moment.COMPLETE)
# The last number is the weight: what takes a client a minute to notice comes seldom.
_FAULTS: Final[tuple[tuple[str, WireFault, float], ...]] = (
    ("reset", wire.Reset(after=20), 4),
    ("lost answer", wire.LoseAnswer(), 4),
    ("truncated answer", wire.TruncateAnswer(), 3),
    ("arrives twice", wire.Repeat(), 3),
    ("trickle", wire.Trickle(), 3),
    ("half-open", wire.HalfOpen(), 0.5),
    ("stalled", wire.Stall(after=0), 0.5),
    *((str(status), wire.Refuse(status), 1.0) for status in (429, 500, 502, 503, 507)),
)
_DAMAGE: Final = ("corrupted byte", wire.Corrupt(at=40), 3.0)


@dataclass(frozen=True)
class Gust:
    """A fault that has met something. `t` is when it was put in place, in seconds since the start."""

    t: float
    fault: str
    moment: str


class Weather:
    """Makes faults in a thread from `start` to `stop`."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self._stage = stage
        self._chance = random.Random(f"{seed} weather")  # noqa: S311 - no secret
        self._stopping = threading.Event()
        self._begun = 0.0
        self._thread = threading.Thread(target=self._run, name="weather")
        # A disaster strikes at once.
        self._all: list[tuple[Gust, Strike | None]] = []

    @property
    def gusts(self) -> list[Gust]:
        """What has struck so far."""
        return [gust for gust, strike in self._all if strike is None or strike.has_struck]

    def start(self) -> None:
        self._begun = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        """No more faults: those that have met nobody are taken back."""
        self._stopping.set()
        self._thread.join()
        self._stage.mend()

    def disaster(self, name: str) -> None:
        """Something big, at once."""
        self._note(name, "at once")
        _disasters(self._stage)[name]()

    def _run(self) -> None:
        while not self._stopping.wait(self._chance.uniform(*_PAUSES)):
            moment = self._chance.choice(_MOMENTS)
            menu = (*_FAULTS, _DAMAGE) if moment.is_segment else _FAULTS
            name, fault, _ = self._chance.choices(menu, [weight for _, _, weight in menu])[0]
            proxy = self._stage.straight if moment.is_segment else self._stage.front
            self._note(name, moment.value, proxy.strike(matcher(moment), fault))

    def _note(self, fault: str, moment: str, strike: Strike | None = None) -> None:
        self._all.append((Gust(round(time.monotonic() - self._begun, 2), fault, moment), strike))


DISASTERS: Final = ("the site was killed", "Swift was restarted")


def _disasters(stage: Stage) -> dict[str, Callable[[], None]]:
    actions = (stage.restart_site, lambda: stage.change_swift(NO_CHANGES))
    return dict(zip(DISASTERS, actions, strict=True))
