"""Measures one attack: a site of its own, an honest visitor all the time, and the attacker in the middle."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from bench.architectures import CONTENDERS, Way
from bench.hostile.attacks import Attack
from bench.hostile.records import Attacked, Schedule
from bench.hostile.tally import Tally
from bench.records import Role, Sample, Scenario
from bench.runner import swift
from bench.runner.generators import Crowd, Generators, generators
from bench.runner.harvest import Window, harvest
from bench.runner.placement import Placement
from bench.runner.ports import free_port, url
from bench.runner.server import Launch, ServerFailed, running
from bench.runner.ward import Ward
from bench.sampling import Trees
from bench.users.handover import now

SITE = next(one for one in CONTENDERS if one.way is Way.DIRECT)
_WORKERS = 1
_SAMPLE_SECONDS = 0.5
# The attacker needs a moment to load before it attacks, and one to count afterwards.
_LOAD_SECONDS = 2.0
_END_SECONDS = 20.0


class AttackerFailed(Exception):
    """The attacker ended before it should; the message has its last words. No result: a fault of ours."""


@dataclass(frozen=True)
class Rig:
    """What all attacks of a run share."""

    schedule: Schedule
    placement: Placement
    storage: Path


def measure(attack: Attack, rig: Rig, scratch: Path) -> Attacked:
    """Attack a new site, with temporary files in SCRATCH; raises `ServerFailed` when the site ends."""
    port = free_port()
    with ExitStack() as started:
        cluster = swift.embedded(rig.storage, scratch / "swift.log", rig.placement.others)
        _, environ = started.enter_context(cluster)
        visitors = started.enter_context(generators(_crowd(rig.schedule, url(port)), scratch, rig.placement))
        swift.prepare(environ, scratch / "setup.log", rig.placement.app)
        launch = Launch(SITE, _WORKERS, port, environ, rig.placement.app)
        site = started.enter_context(running(launch, scratch))
        visitors.wait_until_loaded()
        window = Window(now() + rig.schedule.warmup_seconds, rig.schedule.seconds)
        command = _attacker(attack, url(port), window, rig.schedule)
        log = scratch / "attacker.log"
        attacker = started.enter_context(Ward(command, log, rig.placement.others))
        visitors.go()
        samples = tuple(_samples(Trees({Role.APP: [ward.pid for ward in site]}), window, site, visitors))
        visitors.finish()
        return Attacked(
            tally=_tally(attacker),
            peak_bytes=max(_peaks(site)),
            visits=tuple(harvest(scratch / "rows", window).visits),
            samples=samples,
        )


def _crowd(schedule: Schedule, address: str) -> Crowd:
    scenario = Scenario(
        name="hostile",
        label="Visitors",
        description="Visitors only.",
        seconds=schedule.seconds,
        uploaders=0,
        visitor_rate=schedule.visit_rate,
    )
    return Crowd(scenario, SITE, address, schedule.warmup_seconds, seed="hostile")


def _attacker(attack: Attack, address: str, window: Window, schedule: Schedule) -> list[str]:
    return [
        *(sys.executable, "-m", "bench.hostile.attacker"),
        *("--url", address),
        *("--attack", json.dumps(asdict(attack))),
        *("--at", str(window.start + schedule.attack_from)),
        *("--seconds", str(schedule.attack_seconds)),
    ]


def _samples(trees: Trees, window: Window, site: tuple[Ward, ...], visitors: Generators) -> Iterator[Sample]:
    """Samples until the end. Whatever ends meanwhile is an error."""
    while (t := now() - window.start) < window.seconds:
        if t >= 0:
            yield from trees.sample(round(t, 3))
        for ward in site:
            ward.require_running(ServerFailed)
        visitors.require_running()
        time.sleep(_SAMPLE_SECONDS)


def _tally(attacker: Ward) -> Tally:
    if attacker.wait(_END_SECONDS) != 0:
        raise AttackerFailed(f"the attacker failed: {attacker.last_words()}")
    told = json.loads(attacker.output().splitlines()[-1])
    return Tally(**told | {"answers": {int(status): count for status, count in told["answers"].items()}})


def _peaks(site: tuple[Ward, ...]) -> Iterator[int]:
    """The most memory that each process of the site ever had, as Linux remembers it."""
    for ward in site:
        for process in psutil.Process(ward.pid).children(recursive=True):
            status = Path(f"/proc/{process.pid}/status").read_text()
            yield from (
                int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")
            )
