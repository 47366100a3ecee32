"""What the commands of the terminal client share: where the site is, who asks, exit statuses, Ctrl-C."""

from __future__ import annotations

import enum
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from direct_upload.client import Client, ClientError, Interrupted, SiteRefused, StorageRefused, Unreachable

URL_VARIABLE = "DU_URL"
TOKEN_VARIABLE = "DU_TOKEN"  # noqa: S105 - a variable's name


class Exit(enum.IntEnum):
    """Exit statuses. Click itself ends with 2 when it was called wrongly."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    UNREACHABLE = 4
    STOPPED = 130


STATUSES = """\b
Exit status: 0 all done, 1 some of it failed, 2 called wrongly,
3 refused by the site or the storage, 4 the site or the storage can't
be reached, 130 ended by Ctrl-C."""


def with_site(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command `--to` and `--token`; it gets them as `to` and `token`."""
    to = click.option(
        "--to",
        metavar="URL",
        envvar=URL_VARIABLE,
        required=True,
        help=f"The site's address. Default: the variable {URL_VARIABLE}.",
    )
    token = click.option(
        "--token",
        envvar=TOKEN_VARIABLE,
        help=f"An API token. Default: the variable {TOKEN_VARIABLE}, which others here can't read.",
    )
    return to(token(command))


def exit_status(error: ClientError) -> Exit:
    """The exit status that says what kind of failure it is."""
    if isinstance(error, SiteRefused | StorageRefused):
        return Exit.REFUSED
    return Exit.UNREACHABLE if isinstance(error, Unreachable) else Exit.FAILED


def exit_status_of_all(errors: Sequence[ClientError], tried: int) -> Exit:
    """The exit status when so many things were tried, of which these failed."""
    kinds = {exit_status(error) for error in errors}
    if not kinds:
        return Exit.DONE
    return kinds.pop() if len(kinds) == 1 and len(errors) == tried else Exit.FAILED


def _say(error: ClientError) -> None:
    click.echo(f"Error: {error}", err=True)


@contextmanager
def session(
    to: str,
    token: str | None,
    *,
    on_stop: str = "Stopped.",
    on_failure: Callable[[ClientError], None] = _say,
    **options: Any,
) -> Iterator[Client]:
    """A client; its failures, and Ctrl-C, end the command with one line and a status."""
    try:
        with Client(to, token, **options) as client:
            yield client
    except KeyboardInterrupt:
        _leave(on_stop, Exit.STOPPED)
    except Interrupted:
        _leave(on_stop, Exit.STOPPED)
    except ClientError as error:
        on_failure(error)
        sys.exit(exit_status(error))


def _leave(words: str, status: Exit) -> NoReturn:
    """End now: what the threads still wait for must not keep a person waiting."""
    click.echo(words, err=True)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
