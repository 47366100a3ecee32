"""The loads that every architecture gets, and the profiles that say which and for how long: tables."""

from dataclasses import dataclass, replace

from bench.records import Phase, Scenario

MB = 10**6
MBIT = 10**6

SURGE = "surge"
"""The phase in which the uploaders come; in all others nobody starts an upload."""


@dataclass(frozen=True)
class Load(Scenario):
    """A scenario, with the seconds that an uploader pauses, on average, between two files."""

    pause_seconds: float = 0.0

    def lasting(self, seconds: float) -> "Load":
        """The same load over another time; its phases keep their shares."""
        scale = seconds / self.seconds
        phases = tuple(Phase(one.name, one.start * scale, one.end * scale) for one in self.phases)
        return replace(self, seconds=seconds, phases=phases)

    def record(self) -> Scenario:
        """This load as the raw data name it."""
        return Scenario(**{name: getattr(self, name) for name in Scenario.__dataclass_fields__})


LOADS: tuple[Load, ...] = (
    Load(
        name="idle",
        label="Idle",
        description="Visitors only: what the site is like without uploads.",
        seconds=30,
        uploaders=0,
        visitor_rate=100,
    ),
    Load(
        name="lan",
        label="A few fast senders",
        description="4 people on the local network, each sending 200 MB files without a pause, as fast as it goes.",
        seconds=30,
        uploaders=4,
        sizes=((200 * MB, 1),),
        visitor_rate=100,
    ),
    Load(
        name="mobile",
        label="Many slow senders",
        description="40 phones with 10 Mbit/s each send photos (3 MB) and short films (12 MB), one after the other: "
        "more than there are workers or threads.",
        seconds=30,
        uploaders=40,
        bandwidth_bits=10 * MBIT,
        sizes=((3 * MB, 3), (12 * MB, 1)),
        visitor_rate=100,
    ),
    Load(
        name="surge",
        label="A surge and after",
        description="Quiet, then 40 people with 20 Mbit/s send 10 MB files one after the other, then no more start.",
        seconds=60,
        uploaders=40,
        bandwidth_bits=20 * MBIT,
        sizes=((10 * MB, 1),),
        visitor_rate=100,
        phases=(Phase("before", 0, 10), Phase(SURGE, 10, 30), Phase("recovery", 30, 60)),
    ),
    Load(
        name="mixed",
        label="A mixed day",
        description="20 people with 50 Mbit/s: many small files, some of 50 MB, now and then one of 400 MB; "
        "2 seconds between two files.",
        seconds=60,
        uploaders=20,
        bandwidth_bits=50 * MBIT,
        sizes=((100_000, 50), (3 * MB, 35), (50 * MB, 13), (400 * MB, 2)),
        visitor_rate=100,
        pause_seconds=2,
    ),
)


@dataclass(frozen=True)
class Profile:
    """Which loads, how long, and how often; the warm-up precedes each and counts nowhere."""

    name: str
    loads: tuple[Load, ...]
    warmup_seconds: float
    repetitions: int = 1


def load(name: str) -> Load:
    """The load of a name; `KeyError` when there is none."""
    return {one.name: one for one in LOADS}[name]


def _profile(
    name: str, seconds: dict[str, float], *, warmup_seconds: float, repetitions: int = 1
) -> Profile:
    return Profile(
        name, tuple(load(one).lasting(time) for one, time in seconds.items()), warmup_seconds, repetitions
    )


QUICK = _profile("quick", {"idle": 5, "lan": 8, "mobile": 10}, warmup_seconds=2)
FULL = _profile("full", {one.name: one.seconds for one in LOADS}, warmup_seconds=5, repetitions=3)
PROFILES = {one.name: one for one in (QUICK, FULL)}
