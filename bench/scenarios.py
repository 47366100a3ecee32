"""The loads that every architecture gets, and the profiles that say which and for how long: tables."""

from dataclasses import dataclass, replace

from bench.records import Phase, Scenario

MB = 10**6
MBIT = 10**6

SURGE = "surge"
"""The phase in which the uploaders come; in all others nobody starts an upload."""


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        name="idle",
        label="Idle",
        description="Visitors only: what the site is like without uploads.",
        seconds=30,
        uploaders=0,
        visitor_rate=100,
    ),
    Scenario(
        name="lan",
        label="A few fast senders",
        description="4 people on the local network send 200 MB files without a pause, as fast as they can.",
        seconds=30,
        uploaders=4,
        sizes=((200 * MB, 1),),
        visitor_rate=100,
    ),
    Scenario(
        name="mobile",
        label="Many slow senders",
        description="40 phones with 20 Mbit/s each send films of 10 and 40 MB without a pause: more "
        "than there are workers or threads.",
        seconds=30,
        uploaders=40,
        bandwidth_bits=20 * MBIT,
        sizes=((10 * MB, 2), (40 * MB, 1)),
        visitor_rate=100,
    ),
    Scenario(
        name="surge",
        label="A surge and after",
        description="Quiet; then 40 people with 20 Mbit/s send 10 MB files without a pause; then nobody "
        "starts one any more.",
        seconds=60,
        uploaders=40,
        bandwidth_bits=20 * MBIT,
        sizes=((10 * MB, 1),),
        visitor_rate=100,
        phases=(Phase("before", 0, 10), Phase(SURGE, 10, 30), Phase("recovery", 30, 60)),
    ),
    Scenario(
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
    """Which scenarios, how long, and how often; the warm-up precedes each and counts nowhere."""

    name: str
    scenarios: tuple[Scenario, ...]
    warmup_seconds: float
    repetitions: int = 1


def lasting(scenario: Scenario, seconds: float) -> Scenario:
    """The same load over another time; its phases keep their shares."""
    scale = seconds / scenario.seconds
    phases = tuple(Phase(one.name, one.start * scale, one.end * scale) for one in scenario.phases)
    return replace(scenario, seconds=seconds, phases=phases)


def _quick(name: str, seconds: float) -> Scenario:
    return lasting(next(one for one in SCENARIOS if one.name == name), seconds)


PROFILES: tuple[Profile, ...] = (
    Profile("quick", (_quick("idle", 4), _quick("lan", 7), _quick("mobile", 8)), warmup_seconds=1.5),
    Profile("full", SCENARIOS, warmup_seconds=5, repetitions=3),
    Profile("custom", SCENARIOS, warmup_seconds=3),
)
