"""The command line: measure into a folder, render it, compare two, put a result into the documentation."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bench.architectures import CONTENDERS, WORKERS, Contender, available
from bench.browser.command import browser_command, browser_docs_command
from bench.control_plane.command import control_plane_command
from bench.listing.command import listing_command
from bench.progress import shown
from bench.records import pack, read_run
from bench.rows import RecordError
from bench.runner import swift
from bench.runner.generators import GeneratorFailed
from bench.runner.run import RunRefused, Wishes, missing, run
from bench.runner.server import ServerFailed
from bench.runner.swift import SwiftFailed
from bench.scenarios import PROFILES, SCENARIOS, Profile, lasting
from bench.terminal.command import terminal_command
from swift_store.credentials import IncompleteCredentials, credentials_from

_FAULTS = (RunRefused, RecordError, GeneratorFailed, SwiftFailed)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_ROOT = Path(__file__).parents[1]
_PAGES = (_ROOT / "README.md", _ROOT / "docs" / "benchmarking.md")
_IMAGES = _ROOT / "docs" / "images"
_HOSTILE_PAGE = _ROOT / "docs" / "hostile-internet.md"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Measure how responsive a site stays while big files are uploaded, for every way of running it."""


_RUN_OPTIONS = (
    click.option(
        "--profile",
        type=click.Choice([one.name for one in PROFILES]),
        default="quick",
        show_default=True,
        help="quick: in some five minutes; full: all loads, three times, two hours; custom: see below.",
    ),
    click.option("--out", type=_FOLDER, help="Folder of the run. An interrupted run is continued."),
    click.option(
        "--architecture",
        "architectures",
        multiple=True,
        type=click.Choice([one.name for one in CONTENDERS]),
        help="Only this way of running the site. May be repeated.",
    ),
    click.option(
        "--scenario",
        "scenarios",
        multiple=True,
        type=click.Choice([one.name for one in SCENARIOS]),
        help="Only this load. May be repeated.",
    ),
    click.option("--seconds", type=click.FloatRange(1), help="How long each load is measured."),
    click.option("--repetitions", type=click.IntRange(1), help="How often all of it is measured."),
    click.option("--warm-up", type=click.FloatRange(0), help="Seconds before, which count nowhere."),
    click.option(
        "--workers", type=click.IntRange(1), default=WORKERS, show_default=True, help="Processes of a server."
    ),
    click.option(
        "--locust-processes",
        type=click.IntRange(1),
        default=1,
        show_default=True,
        help="Locust workers that share the uploaders, and as many that share the visitors.",
    ),
    click.option("--host", help="Measure the server that runs at this URL; needs one --architecture."),
    click.option(
        "--swift",
        "own_swift",
        is_flag=True,
        help="Let the servers use the Swift that ST_AUTH, ST_USER and ST_KEY name, not an embedded one.",
    ),
    click.option("--strict", is_flag=True, help="Refuse to measure on a busy machine, not only note it."),
)


def _with_run_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_RUN_OPTIONS):
        command = option(command)
    return command


@main.command("run")
@_with_run_options
def run_command(out: Path | None, profile: str, **chosen: Any) -> None:
    """Measure, and write raw data after each cell.

    What the folder holds already is not measured again, so an interrupted run goes on where it ended. With
    --architecture, --scenario, --seconds, --repetitions or --warm-up it is a custom run.
    """
    wishes = _wishes(next(one for one in PROFILES if one.name == profile), chosen)
    folder = out or Path("reports") / f"{wishes.profile.name}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    folder = folder.absolute()  # the servers under test run elsewhere
    with _faults_in_words(), shown(missing(folder, wishes)) as show:
        run(folder, wishes, show)
    click.echo(f"Measured into {folder}. Render it with: python -m bench report {folder}")


def _wishes(profile: Profile, chosen: Mapping[str, Any]) -> Wishes:
    contenders = _contenders(chosen["architectures"])
    if chosen["host"] and len(contenders) != 1:
        raise click.UsageError("with --host, say by one --architecture what runs there")
    return Wishes(
        profile=_fitted(profile, chosen),
        contenders=contenders,
        workers=chosen["workers"],
        locust_processes=chosen["locust_processes"],
        server_url=chosen["host"],
        swift_environ=_swift_of_ones_own() if chosen["own_swift"] else None,
        strict=chosen["strict"],
    )


def _contenders(names: Sequence[str]) -> Sequence[Contender]:
    possible = available()
    if not names:
        return possible
    absent = sorted(set(names) - {one.name for one in possible})
    if absent:
        raise click.UsageError(f"{absent[0]} needs nginx, which is not on PATH")
    return [one for one in possible if one.name in names]


def _fitted(profile: Profile, chosen: Mapping[str, Any]) -> Profile:
    """The profile, or a custom one if any option changes it. Named loads may be outside the profile."""
    names, seconds = chosen["scenarios"], chosen["seconds"]
    pool = {one.name: one for one in (*SCENARIOS, *profile.scenarios)}
    scenarios = tuple(pool[name] for name in names) if names else profile.scenarios
    fitted = Profile(
        name=profile.name,
        scenarios=tuple(lasting(one, seconds or one.seconds) for one in scenarios),
        warmup_seconds=profile.warmup_seconds if chosen["warm_up"] is None else chosen["warm_up"],
        repetitions=chosen["repetitions"] or profile.repetitions,
    )
    changed = fitted != profile or chosen["architectures"]
    return replace(fitted, name="custom") if changed else profile


def _swift_of_ones_own() -> Mapping[str, str]:
    try:
        if credentials_from(os.environ) is None:
            raise click.UsageError("--swift needs ST_AUTH, ST_USER and ST_KEY, or OS_* for Keystone")
    except IncompleteCredentials as error:
        raise click.UsageError(str(error)) from error
    return swift.server_environ()


# What draws takes a second to load, and measuring needs none of it: the commands below import it themselves.


@main.command("report")
@click.argument("folder", type=_FOLDER)
def report_command(folder: Path) -> None:
    """Render a run: report.html, report.md, results.json and results.csv in its folder."""
    from bench.report.files import render  # noqa: PLC0415

    with _faults_in_words():
        render(folder)
    click.echo(f"Rendered {folder / 'report.html'}")


@main.command("compare")
@click.argument("before", type=_FOLDER)
@click.argument("after", type=_FOLDER)
def compare_command(before: Path, after: Path) -> None:
    """Tell what changed between two runs, and what is no significant difference."""
    from bench.report.compare import compare  # noqa: PLC0415

    with _faults_in_words():
        click.echo(compare(before, after))


@main.command("pack")
@click.argument("folder", type=_FOLDER)
@click.argument("destination", type=_FOLDER)
def pack_command(folder: Path, destination: Path) -> None:
    """Copy a run's raw data, compressed, to a new folder: to be committed."""
    if destination.exists():
        raise click.ClickException(f"{destination} exists: choose another folder, or remove it")
    with _faults_in_words():
        read_run(folder)
        pack(folder, destination)


@main.command("docs")
@click.argument("folder", type=_FOLDER)
def docs_command(folder: Path) -> None:
    """Write a run's result into the README and docs/benchmarking.md, between their markers."""
    from bench.report.docs import MarkerError, update_docs  # noqa: PLC0415

    with _faults_in_words(MarkerError):
        for changed in update_docs(folder, _PAGES, _IMAGES):
            click.echo(f"Changed {changed}")


@main.command("hostile")
@click.option(
    "--out", type=_FOLDER, required=True, help="Folder of the run. An interrupted run is continued."
)
@click.option(
    "--quick", is_flag=True, help="Some seconds of each attack, in a minute; otherwise ten minutes."
)
@click.option(
    "--docs", is_flag=True, help="Measure nothing: write the folder's figures into the documentation."
)
def hostile_command(out: Path, *, quick: bool, docs: bool) -> None:
    """Attack the site, and measure what an honest visitor feels of it."""
    from bench.hostile import attacks, measure, report  # noqa: PLC0415
    from bench.hostile.run import FULL, QUICK, run  # noqa: PLC0415

    with _faults_in_words(measure.AttackerFailed, ServerFailed, report.MarkerError):
        if docs:
            report.update(_HOSTILE_PAGE, out)
        else:
            run(
                out,
                attacks.ATTACKS,
                QUICK if quick else FULL,
                lambda one, _: click.echo(f"measured {one.label}"),
            )
        click.echo(report.table(report.outcomes(out)))


main.add_command(browser_command)
main.add_command(browser_docs_command)
main.add_command(control_plane_command)
main.add_command(listing_command)
main.add_command(terminal_command)


# Locust has changed this process's threads and sockets for gevent; these commands need them as they are.
_ELSEWHERE = {
    "faults": "Break everything, at every moment of an upload, for every client.",
    "faults-docs": "Write a run of the fault matrix into docs/reliability.md.",
    "soak": "Upload hundreds of files by all clients in bad weather, then compare all that is stored.",
    "soak-docs": "Write a soak into docs/reliability.md.",
}


def _elsewhere(name: str, about: str) -> click.Command:
    @click.command(
        name,
        help=about,
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )
    @click.pass_context
    def command(context: click.Context) -> None:
        program = [sys.executable, "-m", "bench.faults", name, *context.args]
        os.execv(sys.executable, program)  # noqa: S606 - our own command

    return command


for _name, _about in _ELSEWHERE.items():
    main.add_command(_elsewhere(_name, _about))


@contextmanager
def _faults_in_words(*others: type[Exception]) -> Iterator[None]:
    """Turn what an operator can mend into one line and exit status 1."""
    faults: tuple[type[Exception], ...] = (*_FAULTS, *others)
    try:
        yield
    except faults as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
