"""What is to be measured, in which order: pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.architectures import Contender
from bench.records import CellKey, Scenario
from bench.scenarios import Profile


@dataclass(frozen=True)
class Step:
    """One cell to measure."""

    scenario: Scenario
    contender: Contender
    repetition: int

    @property
    def key(self) -> CellKey:
        return CellKey(self.scenario.name, self.contender.name, self.repetition)


def steps(profile: Profile, contenders: Sequence[Contender]) -> Iterator[Step]:
    """Interleaved: what else happens to the machine in the meantime meets all architectures alike."""
    for repetition in range(1, profile.repetitions + 1):
        for scenario in profile.scenarios:
            for contender in contenders:
                yield Step(scenario, contender, repetition)
