"""Who runs where: the server under test alone on one CPU, as in life Swift and the clients are elsewhere."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bench.runner.ward import Place

_BEHIND_VISITORS = 10


@dataclass(frozen=True)
class Placement:
    """The places of all processes. Where they share CPUs, visitors, who keep the time, go first."""

    app_cpus: tuple[int, ...]
    load_cpus: tuple[int, ...]

    @property
    def app(self) -> Place:
        return Place(self.app_cpus)

    @property
    def visitors(self) -> Place:
        """First on their CPU: what they wait for the CPU would be taken for the server's latency."""
        return Place(self.load_cpus, hurry=True)

    @property
    def others(self) -> Place:
        return Place(self.load_cpus, _BEHIND_VISITORS)

    @property
    def shared(self) -> bool:
        """Whether the server under test has no CPU to itself."""
        return bool(set(self.app_cpus) & set(self.load_cpus))

    def as_record(self) -> dict[str, object]:
        return {
            "app": list(self.app_cpus),
            "swift, uploaders, visitors, sampling": list(self.load_cpus),
            "niceness of swift and uploaders": _BEHIND_VISITORS,
            "visitors": "real-time priority" if may_hurry() else "ordinary priority",
        }


def placement(available: Collection[int], siblings: Sequence[Collection[int]] = ()) -> Placement:
    """The last CPU for the server under test, the others for the load.

    `siblings` are groups of hardware threads that share a core: as long as others are left, those beside the
    server's stay unused. With one CPU everything shares it.
    """
    app = max(available)
    others = set(available) - {app}
    beside = {cpu for group in siblings if app in group for cpu in group}
    load = (others - beside) or others or {app}
    return Placement((app,), tuple(sorted(load)))


def may_hurry() -> bool:
    """Whether the system lets us give a process priority over all others."""
    before, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        return False
    os.sched_setscheduler(0, before, parameters)
    return True
