"""A run's results: its raw data read, and every figure that a report or a comparison is made of."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bench.calibration import Calibrated, Check, calibrate, checks, is_idle
from bench.records import (
    Architecture,
    Caution,
    CellKey,
    Run,
    Scenario,
    measured_cells,
    read_recording,
    read_run,
)
from bench.statistics.figures import Figures, figures
from bench.statistics.measured import Measured

Place = tuple[str, str]


@dataclass(frozen=True)
class Found:
    """A warning and the cell that it is about; both names are empty when it is about the whole run."""

    scenario: str
    architecture: str
    caution: Caution


class Results:
    """Figures by (scenario, architecture), in the order of the run's tables; computed when they are asked
    for.
    """

    def __init__(self, run: Run, measured: dict[Place, Measured]) -> None:
        self.run = run
        self.measured = measured

    @cached_property
    def figures(self) -> dict[Place, Figures]:
        """The cells that were measured with success."""
        made = {place: figures(one, self.cpu_per_visit(place[1])) for place, one in self.measured.items()}
        return {place: one for place, one in made.items() if one is not None}

    @property
    def idle(self) -> Scenario | None:
        return next((scenario for scenario in self.run.scenarios if is_idle(scenario)), None)

    @property
    def loads(self) -> tuple[Scenario, ...]:
        """The scenarios with uploads."""
        return tuple(scenario for scenario in self.run.scenarios if not is_idle(scenario))

    @cached_property
    def calibrated(self) -> list[Calibrated]:
        return calibrate(self.run, self.figures)

    @cached_property
    def checks(self) -> list[Check]:
        return checks(self.run, self.figures, self.calibrated)

    @cached_property
    def warnings(self) -> list[Found]:
        """All of them: the run's own first."""
        whole = [Found("", "", caution) for caution in self.run.warnings]
        return whole + [
            Found(*place, caution) for place, one in self.measured.items() for caution in one.warnings()
        ]

    def architecture(self, name: str) -> Architecture:
        return next(one for one in self.run.architectures if one.name == name)

    def scenario(self, name: str) -> Scenario:
        return next(one for one in self.run.scenarios if one.name == name)

    def cpu_per_visit(self, architecture: str) -> float:
        """CPU seconds of an answered visit in the idle scenario; 0 when it wasn't measured."""
        idle = self.measured.get((self.idle.name, architecture)) if self.idle else None
        return (idle.cpu_per_visit if idle else None) or 0.0


def read_results(folder: Path) -> Results:
    """Read a run's folder; `RecordError` says what can't be read. Cells that the run doesn't name are
    left aside.
    """
    run = read_run(folder)
    keys: dict[Place, list[CellKey]] = defaultdict(list)
    for key in measured_cells(folder):
        keys[key.scenario, key.architecture].append(key)
    return Results(
        run,
        {
            (scenario.name, architecture.name): Measured(
                scenario,
                architecture.name,
                [read_recording(folder, key) for key in keys[scenario.name, architecture.name]],
            )
            for scenario in run.scenarios
            for architecture in run.architectures
        },
    )
