"""What an attack did to the visitor, from raw data: waits before, during and after, and the site's memory."""

from dataclasses import dataclass

from bench.hostile.attacks import Attack
from bench.hostile.records import Attacked, Schedule
from bench.hostile.tally import Tally
from bench.statistics.waits import Latency, Waits, latency, waits


@dataclass(frozen=True)
class Phase:
    """The visits that were due in a part of the time; `in_time`: the share that was answered in a second."""

    latency: Latency | None
    in_time: float | None


@dataclass(frozen=True)
class Outcome:
    """An attack and its effect. `quiet_bytes` is the site's memory before, `peak_bytes` the most ever."""

    attack: Attack
    tally: Tally
    before: Phase
    during: Phase
    after: Phase
    quiet_bytes: int
    peak_bytes: int
    most_connections: int


def outcome(attack: Attack, schedule: Schedule, attacked: Attacked) -> Outcome:
    """Reckon one attack."""
    everyone = waits(attacked.visits, schedule.seconds)
    quiet = [one.rss_bytes for one in attacked.samples if one.t < schedule.attack_from]
    return Outcome(
        attack=attack,
        tally=attacked.tally,
        before=_phase(everyone, 0, schedule.attack_from),
        during=_phase(everyone, schedule.attack_from, schedule.attack_to),
        after=_phase(everyone, schedule.attack_to, schedule.seconds),
        quiet_bytes=max(quiet, default=0),
        peak_bytes=attacked.peak_bytes,
        most_connections=max((one.connections or 0 for one in attacked.samples), default=0),
    )


def _phase(everyone: Waits, begin: float, end: float) -> Phase:
    due = (everyone.due >= begin) & (everyone.due < end)
    part = Waits(everyone.due[due], everyone.seconds[due], everyone.answered[due])
    return Phase(latency(part), float(part.in_time.mean()) if len(part) else None)
