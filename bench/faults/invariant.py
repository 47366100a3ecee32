"""What must be true after every cell, whatever happened in it; looked up in Swift, past all proxies."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from bench.browser.account import Account, AccountFailed
from bench.faults import wire, world
from bench.faults.proxy import FaultProxy
from bench.faults.sender import State
from bench.faults.stage import CONTAINER, Stage

_ANSWER_SECONDS: Final = 60.0
_SETTLE_SECONDS: Final = 6.0
_PAUSE_SECONDS: Final = 0.25
# When all tickets have ended, and the day of grace too.
_SWEEP_AHEAD_SECONDS: Final = 9 * 86400
_SEGMENTS: Final = "segments/"
_FILES: Final = "files/"


@dataclass(frozen=True)
class Kept:
    """What Swift holds after all: the files that people can see, and the bytes that belong to none."""

    files: Sequence[bytes | None]
    orphans: Sequence[str]


def look(stage: Stage) -> Kept:
    """Read every visible file (None: it can't be read whole), and look for what is left over after a sweep.

    The sweep is one as in nine days; where there is nothing for it to delete, it is left out.
    """
    account = stage.account()
    until_settled(account)
    manifests, orphans = contents(account)
    if orphans:
        sweep(stage)
        manifests, orphans = contents(account)
    return Kept([read(account, name) for name in manifests], orphans)


def contents(account: Account) -> tuple[list[str], list[str]]:
    """The names of the files, and of the segments that belong to none."""
    listed = [entry["name"] for entry in account.listing(CONTAINER)]
    manifests = [name for name in listed if name.startswith(_FILES)]
    owned = {segment for name in manifests for segment in _segments_of(account, name)}
    return manifests, [name for name in listed if name.startswith(_SEGMENTS) and name not in owned]


def violations(
    kept: Kept, *, sources: Sequence[bytes], glimpses: Sequence[bytes], told: State
) -> tuple[str, ...]:
    """What is wrong, in a sentence each; nothing is right.

    GLIMPSES are files as they were when they appeared, TOLD is what the client said in the end.
    """
    found = []
    if any(glimpse not in sources for glimpse in glimpses):
        found.append("something else than what was sent was visible for a while")
    wrong = [one for one in kept.files if one is None or one not in sources]
    if wrong:
        found.append(f"{len(wrong)} visible files are not what was sent")
    if told is State.STORED and not kept.files:
        found.append("the client says that the file is stored, and it is not there")
    if told is State.DELETED and kept.files:
        found.append("the client says that the file is deleted, and it is still there")
    if not told.is_end:
        found.append("the client came to no end, and nobody was told")
    if len(kept.files) > 1:
        found.append(f"the file is there {len(kept.files)} times")
    if kept.orphans:
        found.append(f"{len(kept.orphans)} segments are left over after a sweep")
    return tuple(found)


def clear(stage: Stage) -> None:
    """Remove all that is stored."""
    account = stage.account()
    for _ in range(3):
        with suppress(AccountFailed, URLError):
            account.empty(CONTAINER)
            if not account.listing(CONTAINER):
                return


def sweep(stage: Stage) -> None:
    """Sweep as if all tickets had ended, and the day of grace too, by our clock and by Swift's."""
    later = stage.folder / "in-nine-days"
    later.mkdir(exist_ok=True)
    (later / world.CLOCK).write_text(str(_SWEEP_AHEAD_SECONDS))
    with FaultProxy(stage.swift_address) as proxy:
        proxy.strike(lambda _: True, wire.Redate(_SWEEP_AHEAD_SECONDS), times=None)
        stage.command("sweep", world_folder=later, swift=proxy.url)


def until_settled(account: Account) -> None:
    """What a container server missed comes a little later; wait until two looks see the same."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    before: Any = None
    while time.monotonic() < deadline:
        now = [entry["name"] for entry in account.listing(CONTAINER)]
        if now == before:
            return
        before = now
        time.sleep(_PAUSE_SECONDS)


def _segments_of(account: Account, name: str) -> list[str]:
    """The segments that a file consists of; none for a file of no bytes, which has no manifest."""
    raw = read(account, name, "?multipart-manifest=get")
    with suppress(ValueError):
        return [entry["name"].removeprefix(f"/{CONTAINER}/") for entry in json.loads(raw or b"[]")]
    return []


def read(account: Account, name: str, query: str = "") -> bytes | None:
    """A file's bytes; None when it can't be read whole."""
    return fetched(f"{account.url}/{CONTAINER}/{quote(name)}{query}", account.token, _ANSWER_SECONDS)


def fetched(address: str, token: str, patience_seconds: float) -> bytes | None:
    """What Swift has there; None when it can't be read whole."""
    request = Request(address, headers={"X-Auth-Token": token})  # noqa: S310 - our own cluster
    try:
        with urlopen(request, timeout=patience_seconds) as answer:  # noqa: S310 - our own cluster
            content: bytes = answer.read()
    except (HTTPException, OSError):
        return None
    return content
