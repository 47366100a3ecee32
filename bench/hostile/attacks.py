"""The attacks, as a table: what each does, and with how much. A new one is a new entry in `ATTACKS`."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How an attacker behaves; `bench.hostile.attacker` has a class for each."""

    SLOWLORIS = "slowloris"
    BAD_TICKETS = "bad-tickets"
    BIG_BODIES = "big-bodies"
    SLOW_READERS = "slow-readers"


@dataclass(frozen=True)
class Attack:
    """An attack: over so many `connections`, at `rate` a second (drips or requests; 0: as fast as it goes).

    `body_bytes` is what a request announces, where that is the attack.
    """

    name: str
    label: str
    description: str
    kind: Kind
    connections: int
    rate: float = 0.0
    body_bytes: int = 0


ATTACKS: tuple[Attack, ...] = (
    Attack(
        name="slowloris",
        label="Slowloris",
        description="1,000 connections, opened within a second or two, each of which sends one header line "
        "of a request every two seconds and never comes to its end. What is closed is opened again.",
        kind=Kind.SLOWLORIS,
        connections=1000,
        rate=500,
    ),
    Attack(
        name="bad-tickets",
        label="Bad tickets",
        description="10,000 requests a second with forged, changed and random tickets are offered over 50 "
        "connections, whether or not earlier ones were answered.",
        kind=Kind.BAD_TICKETS,
        connections=50,
        rate=10_000,
    ),
    Attack(
        name="big-bodies",
        label="100 MB bodies",
        description="Eight clients at once send JSON bodies of 100 MB as fast as the site takes them, with "
        "and without a length announced, again and again.",
        kind=Kind.BIG_BODIES,
        connections=8,
        body_bytes=100_000_000,
    ),
    Attack(
        name="slow-readers",
        label="Slow readers",
        description="1,000 connections, opened within a second or two, each of which asks for the API's "
        "description, 50 kB, every ten seconds, and takes none of the answers. What is closed is opened "
        "again.",
        kind=Kind.SLOW_READERS,
        connections=1000,
        rate=100,
    ),
)
