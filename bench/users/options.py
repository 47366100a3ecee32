"""Our options on Locust's command line; they show in its web UI, and its master hands them to the workers."""

import argparse
from dataclasses import dataclass

from locust.argument_parser import LocustArgumentParser
from locust.env import Environment

from bench.users.amounts import amount, sizes
from bench.users.content import Sizes


@dataclass(frozen=True)
class Options:
    """What the users have to know; bandwidth in bits a second, times in seconds."""

    upload_sizes: Sizes
    bandwidth: float | None
    upload_pause: float
    upload_timeout: float
    visit_rate: float
    visit_path: str
    visit_timeout: float
    visit_seed: str


def add_options(parser: LocustArgumentParser) -> None:
    """Declare the options. Each can be given by a variable too: `--visit-rate` by `BENCH_VISIT_RATE`."""
    group = parser.add_argument_group("uploads and visits")
    for flag, default, explanation in (
        ("--upload-sizes", "10MB", "sizes of files with their weights, such as 5MB:3,100MB:1"),
        ("--bandwidth", "0", "of each uploader, such as 20Mbit; 0 for no limit"),
        ("--upload-pause", "0", "seconds between two uploads of an uploader, on average"),
        ("--upload-timeout", "120", "seconds that a server may keep an uploader waiting"),
        ("--visit-rate", "10", "visits a second that each visitor user starts, a Poisson process"),
        ("--visit-path", "/", "the page that is visited"),
        ("--visit-timeout", "30", "seconds until a visit is given up"),
        ("--visit-seed", "", "fixes the times of the visits; empty for new ones each time"),
        ("--surge", "10:0,30:40,60:0", "for bench/surge.py: second:users steps, each until that second"),
    ):
        variable = "BENCH" + flag.removeprefix("-").replace("-", "_").upper()
        group.add_argument(flag, default=default, help=explanation, env_var=variable)


def options_of(environment: Environment) -> Options:
    """The options as this process was given them, by its own command line or by its master."""
    given: argparse.Namespace = environment.parsed_options  # type: ignore[assignment]
    return Options(
        upload_sizes=sizes(given.upload_sizes),
        bandwidth=amount(given.bandwidth) or None,
        upload_pause=amount(given.upload_pause),
        upload_timeout=amount(given.upload_timeout),
        visit_rate=amount(given.visit_rate),
        visit_path=given.visit_path,
        visit_timeout=amount(given.visit_timeout),
        visit_seed=given.visit_seed,
    )
