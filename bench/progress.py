"""How far a run is, on a terminal; line by line where there is none."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bench.records import Cell, Status
from bench.runner.plan import Step
from bench.runner.run import Show


def describe(step: Step, cell: Cell) -> str:
    """A measured cell on a line: what it was, how it went, and what is doubtful about it."""
    line = f"{step.scenario.label} · {step.contender.label}"
    if step.repetition > 1:
        line += f" · {step.repetition}"
    if cell.status is Status.FAILED:
        return f"{line}: failed: {cell.why}"
    doubts = sorted({caution.code.value for caution in cell.warnings})
    return f"{line}: measured{' (' + ', '.join(doubts) + ')' if doubts else ''}"


@contextmanager
def shown(steps: Sequence[Step]) -> Iterator[Show]:
    """Show the progress through STEPS; yield what is to be told of each when it is done."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=console) as progress:
        names = iter([f"{step.scenario.label} · {step.contender.label}" for step in steps])
        task = progress.add_task(next(names, "Nothing to do"), total=len(steps))

        def show(step: Step, cell: Cell) -> None:
            console.print(describe(step, cell), markup=False)
            progress.update(task, advance=1, description=next(names, "Done"))

        yield show
