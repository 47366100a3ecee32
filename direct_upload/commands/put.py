"""`direct-upload put`: files from a terminal into a site."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from direct_upload.client import Client, ClientError, Interrupted, Item, Patience
from direct_upload.client.client import DEFAULT_CONNECTIONS, DEFAULT_SPOOL_BYTES
from direct_upload.client.spool import spooled
from direct_upload.client.upload import size_of
from direct_upload.commands.client_session import STATUSES, exit_status_of_all, session, with_site
from direct_upload.commands.put_display import Display, Failures, JsonLines, Words
from direct_upload.commands.put_sources import sources_of
from swift_store.setting_readers import byte_count

_STDIN = Path("-")
_GO_ON = "Stopped. What is stored stays there; the same command goes on from there, --discard gives it up."
_BEGIN_ANEW = "Stopped. What came by '-' is not remembered: the same command begins anew."


class ByteCount(click.ParamType[int]):
    """A size such as 5MB or 32MiB, in bytes."""

    name = "SIZE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        count = self._count(value, param, ctx)
        return count if count > 0 else self.fail("has to be above 0", param, ctx)

    def _count(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
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
@click.option(
    "--segment-size",
    type=ByteCount(),
    help="Wished size of the segments. Default: the site's, and 64 MiB from 2 GiB on.",
)
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
    is_stream = files == (_STDIN,)
    _check(files, chosen)
    items, unlisted = (
        ([], []) if is_stream else sources_of(files, chosen["name"], recursive=chosen["recursive"])
    )
    display = _display(items, as_json=chosen["as_json"])
    failures = Failures(display)
    for source, error in unlisted:
        failures.add(source, error)
    on_failure = partial(failures.add_all, files)
    on_stop = _BEGIN_ANEW if is_stream else _GO_ON
    with (
        session(to, token, on_stop=on_stop, on_failure=on_failure, **_options(chosen)) as client,
        ExitStack() as spool,
    ):
        if is_stream:
            path = spool.enter_context(spooled(sys.stdin.buffer, chosen["spool_limit"]))
            items = [Item(path, chosen["name"] or "stdin", is_remembered=False, label="-")]
        if chosen["discard"]:
            _discard(client, items, display, failures)
        else:
            _send(client, [replace(one, type=chosen["media_type"]) for one in items], display, failures)
    sys.exit(exit_status_of_all(failures.errors, len(items) + len(unlisted)))


def _check(files: Sequence[Path], chosen: Mapping[str, Any]) -> None:
    if len(files) > 1 and (chosen["name"] or _STDIN in files):
        raise click.UsageError("with --name or '-', give nothing else")
    if _STDIN in files and chosen["discard"]:
        raise click.UsageError("what came by '-' is not remembered, so there is nothing to give up")


def _options(chosen: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "connections": chosen["connections"],
        "max_bytes_per_second": chosen["limit_rate"],
        "segment_size": chosen["segment_size"],
        "patience": Patience(give_up=chosen["give_up_after"]),
    }


def _display(items: Sequence[Item], *, as_json: bool) -> Display:
    if as_json:
        return JsonLines()
    return Words(max(1, len(items)), sum(map(size_of, items)))


def _send(client: Client, items: Sequence[Item], display: Display, failures: Failures) -> None:
    with display:
        for outcome in client.put_all(items, display.moved):
            if outcome.stored is not None:
                display.done(outcome.item.source, outcome.stored, {})
                continue
            assert outcome.error is not None  # noqa: S101 - one or the other
            if isinstance(outcome.error, Interrupted):
                raise outcome.error
            failures.add(outcome.item.source, outcome.error)


def _discard(client: Client, items: Sequence[Item], display: Display, failures: Failures) -> None:
    for item in items:
        try:
            was_there = client.discard(item.path, item.name)
        except ClientError as error:
            failures.add(item.source, error)
        else:
            words = "Given up" if was_there else "Nothing to give up"
            display.tell("discarded", item.source, f"{words}: {item.source}", was_there=was_there)
