"""The figures of a hostile run as Markdown, and in the documentation between their markers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.hostile.figures import Outcome, Phase, outcome
from bench.hostile.records import HostileRun, is_measured, read_attacked, read_run
from bench.report import numbers

BEGIN: Final = "<!-- hostile -->"
END: Final = "<!-- /hostile -->"
_HEAD = (
    "| attack | offered | answered | visits in time | median | p99 | longest | memory of the site |\n"
    "| --- | --: | --: | --: | --: | --: | --: | --: |"
)


class MarkerError(Exception):
    """A page without the two markers, each once and in this order."""


def outcomes(folder: Path) -> list[Outcome]:
    """The attacks of a run that have been measured."""
    run = read_run(folder)
    measured = [attack for attack in run.attacks if is_measured(folder, attack)]
    return [outcome(attack, run.schedule, read_attacked(folder, attack)) for attack in measured]


def table(found: Sequence[Outcome]) -> str:
    """One row for each attack; waits in milliseconds, before → during."""
    return "\n".join([_HEAD, *map(_row, found)])


def block(run: HostileRun, found: Sequence[Outcome]) -> str:
    """What stands between the markers: the table, what each attack is, and what it was measured on."""
    schedule, machine = run.schedule, run.machine
    told = [f"- **{one.attack.label}.** {one.attack.description} {_counts(one)}" for one in found]
    times = (schedule.before_seconds, schedule.attack_seconds, schedule.after_seconds)
    where = (
        f"Measured on {machine.cpu}, {machine.cores} cores, {run.started_at[:10]}: "
        "{:.0f} seconds quiet, {:.0f} seconds of attack, {:.0f} seconds quiet again, ".format(*times)
        + f"{schedule.visit_rate:.0f} visits a second all the time, one process of the site."
    )
    return "\n\n".join([table(found), "\n".join(told), " ".join([where, *run.warnings])])


def update(page: Path, folder: Path) -> bool:
    """Write the figures of a run into the page; whether that changed it."""
    figures = block(read_run(folder), outcomes(folder))
    text = page.read_text(encoding="utf-8")
    if (text.count(BEGIN), text.count(END)) != (1, 1) or text.index(BEGIN) > text.index(END):
        raise MarkerError(f"{page} needs {BEGIN} and {END}, each once and in this order")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    new = f"{before}{BEGIN}\n{figures}\n{END}{after}"
    page.write_text(new, encoding="utf-8")
    return new != text


def _row(one: Outcome) -> str:
    tally = one.tally
    memory = f"{numbers.amount(one.quiet_bytes)} → {numbers.amount(one.peak_bytes)}"
    cells = [
        one.attack.label,
        f"{tally.offered / tally.seconds:,.0f}/s" if one.attack.rate else f"{tally.offered:,}",
        f"{sum(tally.answers.values()) / tally.seconds:,.0f}/s",
        numbers.percent(one.during.in_time),
        *(f"{_wait(one.before, name)} → {_wait(one.during, name)}" for name in ("p50", "p99", "maximum")),
        memory,
    ]
    return f"| {' | '.join(cells)} |"


def _wait(phase: Phase, name: str) -> str:
    return numbers.quantile(getattr(phase.latency, name) if phase.latency else None)


def _counts(one: Outcome) -> str:
    tally = one.tally
    answers = ", ".join(f"{count:,} times {status}" for status, count in sorted(tally.answers.items()))
    return (
        f"Up to {tally.most_open:,} connections at a time, {tally.opened:,} in all; the site closed "
        f"{tally.closed:,}. {numbers.amount(tally.sent_bytes)} were sent. Answers: {answers or 'none'}. "
        f"Afterwards the visitor's p99 was {_wait(one.after, 'p99')}."
    )
