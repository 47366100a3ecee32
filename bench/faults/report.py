"""The matrix as Markdown: one glyph a cell, and a line for every cell that is not green."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Final

from bench.faults.moments import Moment
from bench.faults.play import Ending, Played
from bench.faults.records import MatrixRun
from bench.faults.table import FAULTS, RULES, Cell, Client, Fault, cells

_LEFT_OUT: Final = "·"
_NOT_PLAYED: Final = "?"
_MEANINGS: Final = {
    Ending.ALONE: "went on by itself, and what is stored is what was sent (or is deleted, as wanted)",
    Ending.AGAIN: "the person was told, nothing wrong was visible, and trying again was enough",
    Ending.TOLD: "the person was told, nothing is stored, and the file has to be looked at first",
    Ending.BROKEN: "a fault of ours",
}

Results = Mapping[str, Played]


def block(run: MatrixRun) -> str:
    """The whole of it."""
    results = {played.cell: played for played in run.played}
    parts = (_summary(run), _table(results), _legend(), _explanations(results), _left_out())
    return "\n\n".join(part for part in parts if part)


def _summary(run: MatrixRun) -> str:
    counted = Counter(played.ending for played in run.played)
    told = ", ".join(f"{counted[ending]} {ending.value}" for ending in Ending if counted[ending])
    clients = " and ".join(
        client.value for client in _clients({played.cell: played for played in run.played})
    )
    return (
        f"{len(run.played)} cells ({clients}): {told}. They took {run.seconds / 60:.1f} minutes,"
        f" {run.jobs} at a time, on {run.machine.cpu}, {run.machine.cores} cores, {run.started_at[:10]}."
    )


def _table(results: Results) -> str:
    names = " ".join(client.value for client in _clients(results))
    head = f"| fault ({names}) | {' | '.join(moment.value for moment in Moment)} |"
    lines = [head, f"| --- |{' :-: |' * len(Moment)}"]
    for group, faults in groupby(FAULTS, lambda fault: fault.group):
        lines.append(f"| **{group.value}** |{'  |' * len(Moment)}")
        lines += [_row(fault, results) for fault in faults]
    return "\n".join(lines)


def _row(fault: Fault, results: Results) -> str:
    fields = [" ".join(_glyphs(fault, moment, results)) for moment in Moment]
    return f"| {fault.label} | {' | '.join(fields)} |"


def _glyphs(fault: Fault, moment: Moment, results: Results) -> Iterator[str]:
    for client in _clients(results):
        played = results.get(Cell(fault, moment, client).name)
        if played is not None:
            yield played.ending.value
        elif any(rule.leaves_out(fault, moment, client) for rule in RULES):
            yield _LEFT_OUT
        else:
            yield _NOT_PLAYED


def _clients(results: Results) -> list[Client]:
    return [client for client in Client if any(name.endswith(client.value) for name in results)]


def _legend() -> str:
    lines = [f"- {ending.value} {meaning}" for ending, meaning in _MEANINGS.items()]
    return "\n".join([*lines, f"- {_LEFT_OUT} makes no sense"])


def _explanations(results: Results) -> str:
    """A line for all cells in which the same happened to the same client at the same moments."""
    moments: dict[tuple[str, Client, str], list[str]] = {}
    for cell in cells():
        if cell.name in results and not _is_green(results[cell.name]):
            key = (cell.fault.label, cell.client, _explained(cell, results))
            moments.setdefault(key, []).append(cell.moment.value)
    labels: dict[tuple[Client, str, str], list[str]] = {}
    for (label, client, told), when in moments.items():
        labels.setdefault((client, told, ", ".join(when)), []).append(label)
    lines = [
        f"- **{', '.join(alike)}**, {client.value}, {when}: {told}"
        for (client, told, when), alike in labels.items()
    ]
    return "\n".join(["Every cell that is not ●:", "", *lines]) if lines else ""


def _is_green(played: Played) -> bool:
    return played.ending is Ending.ALONE


def _explained(cell: Cell, results: Results) -> str:
    played = results[cell.name]
    if played.violations:
        return f"{played.ending.value} {'; '.join(played.violations)}."
    words = " ".join(played.words.split())
    return f"{played.ending.value} “{words}” {cell.told or ''}".strip()


def _left_out() -> str:
    return "\n".join(["Left out by rule:", "", *(f"- {rule.why}" for rule in RULES)])
