"""`direct-upload doctor`: looks at the storage as it is, and says what to mend."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from direct_upload.commands.people import console, progress, table
from direct_upload.commands.settings import connected, settings_of, swift_in_use, with_flags
from direct_upload.doctor.checks import CHECKS, THROUGHPUT
from direct_upload.doctor.examination import Check, Result, examine, worst
from direct_upload.doctor.findings import Outcome
from direct_upload.doctor.patient import Patient
from swift_store.declarations import declared
from swift_store.settings import Settings

_COLOURS = {Outcome.OK: "green", Outcome.WARNING: "yellow", Outcome.FAULT: "bold red", Outcome.SKIPPED: "dim"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write the findings as JSON, for programs.")
@click.option("--no-throughput", is_flag=True, help="Don't send and fetch 8 MiB to see how fast that is.")
@with_flags
def doctor(*, as_json: bool, no_throughput: bool, **flags: str | None) -> None:
    """Check your Swift: what it lacks, and whether an uploader could do there what he must not.

    Says for each fault what is wrong, why it matters and what mends it. Ends with status 1 when there is a
    fault; warnings are no faults. Changes nothing; what it tries plays in objects of its own, which it
    deletes.
    """
    given = settings_of(flags)
    settings = swift_in_use(given)
    repair = _setup_command(flags) if given.swift is not None else "direct-upload serve"
    chosen = [check for check in CHECKS if not (no_throughput and check.id == THROUGHPUT)]
    with connected(settings) as client, progress() as tell:
        patient = Patient(client, settings, repair)

        def begin(check: Check) -> None:
            tell(f"{check.title} …")

        results = list(examine(chosen, patient, begin=begin))
    if as_json:
        click.echo(json.dumps(_document(results, settings.container), indent=2))
    else:
        _show(results, console())
    sys.exit(1 if worst(results) is Outcome.FAULT else 0)


def _setup_command(flags: dict[str, str | None]) -> str:
    """With the flags that this command was given."""
    switches = {one.name for one in declared(Settings) if one.metadata["default"] == "0"}
    given = [
        f"--{name.replace('_', '-')}" + ("" if name in switches else f" {shlex.quote(value)}")
        for name, value in flags.items()
        if value is not None
    ]
    return " ".join(["direct-upload setup", *given])


def _document(results: Sequence[Result], container: str) -> dict[str, Any]:
    return {
        "outcome": worst(results),
        "container": container,
        "checks": [
            {
                "id": result.check.id,
                "outcome": result.outcome,
                "found": result.finding.found,
                "why": result.finding.why,
                "advice": result.finding.advice,
                "command": result.finding.command,
                "details": dict(result.finding.details),
            }
            for result in results
        ],
    }


def _show(results: Sequence[Result], output: Console) -> None:
    shown = table("", "check", "found")
    for result in results:
        mark = f"[{_COLOURS[result.outcome]}]{result.outcome}[/]"
        shown.add_row(mark, result.check.id, escape(result.finding.found))
    output.print(shown)
    troubles = [result for result in results if result.outcome in {Outcome.FAULT, Outcome.WARNING}]
    for result in troubles:
        _show_trouble(result, output)
    if not troubles:
        output.print("All is well.")
    elif worst(results) is Outcome.WARNING:
        output.print("No faults.")


def _show_trouble(result: Result, output: Console) -> None:
    finding, colour = result.finding, _COLOURS[result.outcome]
    # Never wrapped: people copy commands from here.
    lines = [
        f"[{colour}]{result.outcome.upper()}[/] {result.check.id}: {escape(finding.found)}",
        f"  Why   {escape(finding.why)}",
    ]
    if finding.advice:
        lines.append(f"  Mend  {escape(finding.advice)}")
    if finding.command:
        lines.append(f"  {'Run ' if finding.advice else 'Mend'}  {escape(finding.command)}")
    output.print("\n".join([*lines, ""]), soft_wrap=True)
