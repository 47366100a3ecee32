"""`direct-upload put`: files from a terminal into a site."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from direct_upload.client import Client, Interrupted, Item, Outcome, Patience
from direct_upload.client.client import DEFAULT_CONNECTIONS, DEFAULT_SPOOL_BYTES
from direct_upload.client.spool import spooled
from direct_upload.commands.client_session import STATUSES, Exit, exit_status, session, with_site
from direct_upload.commands.put_display import Display, JsonLines, Words
from direct_upload.commands.put_sources import items_of
from swift_store.setting_readers import byte_count

_STDIN = Path("-")
_GO_ON = "Stopped. What is stored stays there; the same command goes on from there, --discard gives it up."


class ByteCount(click.ParamType[int]):
    """A size such as 5MB or 32MiB, in bytes."""

    name = "SIZE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        text = str(value).removesuffix("/s")
        decimal = {"kB": 1000, "KB": 1000, "MB": 1000**2, "GB": 1000**3}
        for unit, factor in decimal.items():
            if text.endswith(unit) and text.removesuffix(unit).strip().isdecimal():
                return int(text.removesuffix(unit)) * factor
        try:
            return byte_count(text)
        except ValueError as error:
            self.fail(f"{value!r} {error}", param, ctx)


@click.command(epilog=STATUSES)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@with_site
@click.option("-r", "--recursive", is_flag=True, help="Send folders too; files keep their paths.")
@click.option("--name", help="What it is called there, perhaps with folders. For one file, folder or '-'.")
@click.option("--type", "media_type", help="The media type. Default: what the file's name tells.")
@click.option(
    "--connections", type=click.IntRange(1, 64), default=DEFAULT_CONNECTIONS, show_default=True,
    help="Segments that are sent at a time.",
)  # fmt: skip
@click.option("--limit-rate", type=ByteCount(), help="The most to send in a second, such as 5MB.")
@click.option("--segment-size", type=ByteCount(), help="Wished size of the segments. Default: the site's.")
@click.option(
    "--spool-limit", type=ByteCount(), default=DEFAULT_SPOOL_BYTES,
    help="The most that '-' may bring; it goes through a temporary file. Default: 16GiB.",
)  # fmt: skip
@click.option(
    "--give-up-after", type=click.FloatRange(0), default=Patience.give_up, show_default=True,
    help="Seconds for which one thing may fail in a row.",
)  # fmt: skip
@click.option("--discard", is_flag=True, help="Give the interrupted uploads of these files up instead.")
@click.option("--json", "as_json", is_flag=True, help="Tell what happens as JSON, one object a line.")
def put(files: tuple[Path, ...], to: str, token: str | None, **chosen: Any) -> None:
    """Send files; '-' is standard input.

    Each is compared with what the storage holds before it can be seen there. One that was interrupted, by
    Ctrl-C, a crash or the network, goes on when the same command is given again.
    """
    name = chosen["name"]
    if len(files) > 1 and (name or _STDIN in files):
        raise click.UsageError("with --name or '-', give nothing else")
    options = {
        "connections": chosen["connections"],
        "max_bytes_per_second": chosen["limit_rate"],
        "segment_size": chosen["segment_size"],
        "patience": Patience(give_up=chosen["give_up_after"]),
    }
    recursive = chosen["recursive"]
    with session(to, token, _GO_ON, **options) as client:
        if chosen["discard"]:
            _discard(client, list(items_of(files, name, recursive=recursive)))
            return
        with ExitStack() as spool:
            if files == (_STDIN,):
                path = spool.enter_context(spooled(sys.stdin.buffer, chosen["spool_limit"]))
                items = [Item(path, name or "stdin", is_remembered=False)]
            else:
                items = list(items_of(files, name, recursive=recursive))
            items = [replace(one, type=chosen["media_type"]) for one in items]
            failures = _send(client, items, _display(items, as_json=chosen["as_json"]))
    sys.exit(_status(failures, len(items)))


def _display(items: Sequence[Item], *, as_json: bool) -> Display:
    if as_json:
        return JsonLines()
    sizes = (one.path.stat().st_size for one in items if one.path.is_file())
    return Words(len(items), sum(sizes))


def _send(client: Client, items: Sequence[Item], display: Display) -> list[Outcome]:
    """Send all, tell about each, return those that failed."""
    failures = []
    with display:
        for outcome in client.put_all(items, display.moved):
            if outcome.stored is not None:
                display.done(outcome.item.source, outcome.stored, {})
                continue
            assert outcome.error is not None  # noqa: S101 - one or the other
            if isinstance(outcome.error, Interrupted):
                raise outcome.error
            display.failed(outcome.item.source, outcome.error)
            failures.append(outcome)
    return failures


def _discard(client: Client, items: Sequence[Item]) -> None:
    for item in items:
        was_there = client.discard(item.path, item.name)
        words = "Given up" if was_there else "Nothing to give up"
        click.echo(f"{words}: {item.path}")


def _status(failures: Sequence[Outcome], files: int) -> Exit:
    kinds = {exit_status(one.error) for one in failures if one.error is not None}
    if not kinds:
        return Exit.DONE
    return kinds.pop() if len(kinds) == 1 and len(failures) == files else Exit.FAILED
