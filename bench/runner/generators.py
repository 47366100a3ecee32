"""The Locust processes of a cell: uploaders and visitors, each kind in processes of its own."""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.architectures import Contender, Way
from bench.records import Role
from bench.runner.placement import Placement
from bench.runner.ward import Place, Ward
from bench.scenarios import SURGE, Load
from bench.users.handover import FOLDER_VARIABLE, GO, STOP

_LOCUSTFILE = Path(__file__).parents[1] / "locustfile.py"
_SURGE_FILE = Path(__file__).parents[1] / "surge.py"
_LOAD_SECONDS = 30.0
_STOP_SECONDS = 3.0
_PAUSE_SECONDS = 0.01
_SPARE = 60.0
_USERS = {Way.DIRECT: "DirectUploader", Way.PROXY: "ProxyUploader"}


class GeneratorFailed(Exception):
    """A Locust process ended before it should; the message has its last words. No result: a fault of ours."""


@dataclass(frozen=True)
class Audience:
    """Whom the load is aimed at: the server's address, and how long the warm-up lasts before measuring."""

    url: str
    contender: Contender
    warmup_seconds: float


class Generators:
    """Running Locust processes that wait for the word to start."""

    def __init__(self, folder: Path, wards: dict[Role, Ward], processes: int) -> None:
        self._folder = folder
        self._expected = len(wards) * (processes if processes == 1 else processes + 1)
        self.wards = wards

    def wait_until_loaded(self) -> None:
        deadline = time.monotonic() + _LOAD_SECONDS
        while len(list(self._folder.glob("visits-*.csv"))) < self._expected:
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
        """End them; what was under way is written down."""
        (self._folder / STOP).touch()
        for ward in self.wards.values():
            ward.wait(_STOP_SECONDS)
            ward.kill()


@contextmanager
def generators(
    load: Load, audience: Audience, scratch: Path, placement: Placement, *, seed: str, processes: int = 1
) -> Iterator[Generators]:
    """Start Locust for LOAD; rows go to the folder `rows` in SCRATCH."""
    folder = scratch / "rows"
    folder.mkdir()
    environ = {FOLDER_VARIABLE: str(folder)}

    def locust(name: str, arguments: list[str], place: Place) -> Ward:
        shared = ["--headless", "--only-summary", "--loglevel=WARNING", "--exit-code-on-error=0"]
        shared += [f"--processes={processes}"] if processes > 1 else []
        command = [sys.executable, "-m", "locust", *shared, f"--host={audience.url}", *arguments]
        return started.enter_context(Ward(command, scratch / f"{name}.log", place, environ=environ))

    with ExitStack() as started:
        wards = {}
        if load.visitor_rate:
            arguments = visitor_arguments(load, audience, seed, processes)
            wards[Role.VISITORS] = locust("visitors", arguments, placement.visitors)
        if load.uploaders:
            wards[Role.UPLOADERS] = locust(
                "uploaders", uploader_arguments(load, audience), placement.others
            )
        yield Generators(folder, wards, processes)


def visitor_arguments(load: Load, audience: Audience, seed: str, streams: int) -> list[str]:
    """Locust's arguments for the visitors of LOAD, shared out between STREAMS users."""
    return [
        f"--locustfile={_LOCUSTFILE}",
        f"--users={streams}",
        f"--spawn-rate={streams}",
        f"--visit-rate={load.visitor_rate / streams}",
        f"--visit-path={audience.contender.page}",
        f"--visit-seed={seed}",
        "Visitor",
    ]


def uploader_arguments(load: Load, audience: Audience) -> list[str]:
    """Locust's arguments for the uploaders of LOAD."""
    sizes = ",".join(f"{size}:{weight}" for size, weight in load.sizes)
    arguments = [
        f"--upload-sizes={sizes}",
        f"--bandwidth={load.bandwidth_bits or 0}",
        f"--upload-pause={load.pause_seconds}",
    ]
    if not load.phases:
        crowd = [f"--locustfile={_LOCUSTFILE}", f"--users={load.uploaders}", f"--spawn-rate={load.uploaders}"]
    else:
        steps = ",".join(f"{until}:{users}" for until, users in surge_steps(load, audience.warmup_seconds))
        # Uploads that are under way when the surge ends go on to their own end.
        crowd = [f"--locustfile={_LOCUSTFILE},{_SURGE_FILE}", f"--surge={steps}", f"--stop-timeout={load.seconds}"]
    return [*crowd, *arguments, _USERS[audience.contender.way]]


def surge_steps(load: Load, warmup_seconds: float) -> list[tuple[float, int]]:
    """Until when how many users are there, counted from the start of the warm-up; the last for longer than needed."""
    return [
        (warmup_seconds + phase.end + _SPARE * (phase is load.phases[-1]), load.uploaders * (phase.name == SURGE))
        for phase in load.phases
    ]
