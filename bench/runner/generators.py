"""The Locust processes of a cell: uploaders and visitors, each kind in processes of its own."""

import math
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.architectures import Contender, Way
from bench.records import Role, Scenario
from bench.runner.placement import Placement
from bench.runner.ports import free_port
from bench.runner.ward import Ward
from bench.scenarios import SURGE
from bench.users.handover import ENDED, FOLDER_VARIABLE, GO, STOP

_LOCUSTFILE = Path(__file__).parents[1] / "locustfile.py"
_SURGE_FILE = Path(__file__).parents[1] / "surge.py"
_LOAD_SECONDS = 30.0
_STOP_SECONDS = 3.0
_PAUSE_SECONDS = 0.01
# Locust would end by itself after the last step, and it should be there when it is told to end.
_SPARE_SECONDS = 60.0
_LOCUST = (sys.executable, "-m", "locust")
_USERS = {Way.DIRECT: "DirectUploader", Way.PROXY: "ProxyUploader"}


class GeneratorFailed(Exception):
    """A Locust process ended before it should; the message has its last words. No result: a fault of ours."""


@dataclass(frozen=True)
class Crowd:
    """Who is to come, and where to: the load, the way that is under test, and the server's address.

    `processes`: Locust workers that share the uploaders, and as many that share the visitors.
    """

    scenario: Scenario
    contender: Contender
    url: str
    warmup_seconds: float
    seed: str
    processes: int = 1


class Generators:
    """Running Locust processes that wait for the word to start."""

    def __init__(self, folder: Path, wards: dict[Role, Ward], processes: int) -> None:
        self._folder = folder
        self._expected = len(wards) * (processes if processes == 1 else processes + 1)
        self.wards = wards

    def wait_until_loaded(self) -> None:
        """Return when all are ready for the word to start."""
        deadline = time.monotonic() + _LOAD_SECONDS
        while not self._all_have("visits-*.csv"):
            self.require_running()
            if time.monotonic() > deadline:
                raise GeneratorFailed(f"Locust was not ready within {_LOAD_SECONDS:.0f} seconds")
            time.sleep(_PAUSE_SECONDS)

    def go(self) -> None:
        (self._folder / GO).touch()

    @property
    def roots(self) -> dict[Role, list[int]]:
        """The roots of the process trees."""
        return {role: [ward.pid] for role, ward in self.wards.items()}

    def require_running(self) -> None:
        for ward in self.wards.values():
            ward.require_running(GeneratorFailed)

    def finish(self) -> None:
        """End them as soon as what was under way is written down."""
        (self._folder / STOP).touch()
        deadline = time.monotonic() + _STOP_SECONDS
        while not self._all_have(f"{ENDED}-*") and time.monotonic() < deadline:
            time.sleep(_PAUSE_SECONDS)
        for ward in self.wards.values():
            ward.kill()

    def _all_have(self, pattern: str) -> bool:
        """Whether each process has written a file of this kind."""
        return len(list(self._folder.glob(pattern))) >= self._expected


@contextmanager
def generators(crowd: Crowd, scratch: Path, placement: Placement) -> Iterator[Generators]:
    """Start Locust for a crowd; its rows go to the folder `rows` in SCRATCH."""
    folder = scratch / "rows"
    folder.mkdir()
    environ = {FOLDER_VARIABLE: str(folder)}
    shares = {
        Role.VISITORS: (crowd.scenario.visitor_rate, visitor_arguments, placement.visitors),
        Role.UPLOADERS: (crowd.scenario.uploaders, uploader_arguments, placement.others),
    }
    with ExitStack() as started:
        wards = {}
        for role, (wanted, arguments, place) in shares.items():
            if wanted:
                command = [*_LOCUST, *shared_arguments(crowd), *arguments(crowd)]
                log = scratch / f"{role.value}.log"
                wards[role] = started.enter_context(Ward(command, log, place, environ=environ))
        yield Generators(folder, wards, crowd.processes)


def shared_arguments(crowd: Crowd) -> list[str]:
    """Locust's arguments for everybody."""
    arguments = [f"--host={crowd.url}", "--headless", "--only-summary", "--loglevel=WARNING"]
    # Failed requests are rows, not a reason for Locust to fail.
    arguments += ["--exit-code-on-error=0"]
    return arguments + (_distributed(crowd.processes) if crowd.processes > 1 else [])


def _distributed(processes: int) -> list[str]:
    port = free_port()
    master = ["--master-bind-host=127.0.0.1", f"--master-bind-port={port}"]
    return [f"--processes={processes}", *master, "--master-host=127.0.0.1", f"--master-port={port}"]


def visitor_arguments(crowd: Crowd) -> list[str]:
    """Locust's arguments for the visitors: a stream of visits for each process, which share the rate."""
    return [
        f"--locustfile={_LOCUSTFILE}",
        f"--users={crowd.processes}",
        f"--spawn-rate={crowd.processes}",
        f"--visit-rate={crowd.scenario.visitor_rate / crowd.processes}",
        f"--visit-path={crowd.contender.page}",
        f"--visit-seed={crowd.seed}",
        "Visitor",
    ]


def uploader_arguments(crowd: Crowd) -> list[str]:
    """Locust's arguments for the uploaders."""
    scenario = crowd.scenario
    sizes = ",".join(f"{size}:{weight}" for size, weight in scenario.sizes)
    return [
        *(_surging(crowd) if scenario.phases else _constant(scenario)),
        f"--upload-sizes={sizes}",
        f"--bandwidth={scenario.bandwidth_bits or 0}",
        f"--upload-pause={scenario.pause_seconds}",
        _USERS[crowd.contender.way],
    ]


def _constant(scenario: Scenario) -> list[str]:
    return [
        f"--locustfile={_LOCUSTFILE}",
        f"--users={scenario.uploaders}",
        f"--spawn-rate={scenario.uploaders}",
    ]


def _surging(crowd: Crowd) -> list[str]:
    steps = ",".join(f"{until}:{users}" for until, users in surge_steps(crowd.scenario, crowd.warmup_seconds))
    # Uploads that are under way when the surge ends go on to their own end.
    patience = f"--stop-timeout={math.ceil(crowd.scenario.seconds)}"
    return [f"--locustfile={_LOCUSTFILE},{_SURGE_FILE}", f"--surge={steps}", patience]


def surge_steps(scenario: Scenario, warmup_seconds: float) -> list[tuple[float, int]]:
    """Until which second, from the start of the warm-up, how many users are there."""
    return [
        (warmup_seconds + phase.end + _SPARE_SECONDS * last, scenario.uploaders * (phase.name == SURGE))
        for phase, last in ((phase, phase is scenario.phases[-1]) for phase in scenario.phases)
    ]
