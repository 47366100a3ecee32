"""A cell being played: the stage, the client, the file, and the ways in which faults act on them."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.faults import world
from bench.faults.moments import SEGMENTS, Moment, behind, matcher
from bench.faults.proxy import FaultProxy, Strike
from bench.faults.sender import Sender
from bench.faults.stage import SEGMENT_BYTES, Stage
from bench.faults.wire import Pass, WireFault
from swift_store.declarations import variable
from swift_store.dev.changes import ProxyChanges

# The last segment is shorter, as it is in life.
FILE_BYTES: Final = SEGMENTS * SEGMENT_BYTES - 4321


@dataclass
class Source:
    """The file on the person's disk. `contents` are all that it ever was as a whole."""

    path: Path
    contents: list[bytes] = field(default_factory=list)

    @classmethod
    def make(cls, path: Path, seed: str) -> Source:
        source = cls(path)
        source.write(seed)
        return source

    def write(self, seed: str) -> None:
        """Give the file other contents, of the same size and in place."""
        data = random.Random(seed).randbytes(FILE_BYTES)  # noqa: S311 - no secret
        self.contents.append(data)
        self.path.write_bytes(data)

    def shrink(self) -> None:
        """Leave only the first half, in place."""
        self.contents.append(self.contents[-1][: FILE_BYTES // 2])
        os.truncate(self.path, FILE_BYTES // 2)


@dataclass
class Scene:
    """What a fault has in its hands."""

    stage: Stage
    moment: Moment
    source: Source
    sender: Sender
    strikes: list[Strike] = field(default_factory=list)
    retry: Strike | None = None

    @property
    def proxy(self) -> FaultProxy:
        """The one that the moment's request passes."""
        return self.stage.straight if self.moment.is_segment else self.stage.front

    def strike(self, fault: WireFault, times: int | None = 1) -> None:
        """Let the fault meet the moment's request, and its repetitions so many times in all."""
        self.strikes.append(self.proxy.strike(matcher(self.moment), fault, times))

    def strike_behind(self, fault: WireFault, times: int | None = 1) -> None:
        """The same with the request that the site makes to Swift for the moment's."""
        self.strikes.append(self.stage.back.strike(behind(self.moment), fault, times))

    @property
    def has_struck(self) -> bool:
        return any(strike.has_struck for strike in self.strikes)

    @property
    def is_on_its_way(self) -> bool:
        """Whether a request is in the hands of a fault just now."""
        return any(strike.is_on_its_way for strike in self.strikes)

    @property
    def is_undecided(self) -> bool:
        """Whether the moment's request is still to come, or has not been answered yet."""
        asked = self.strikes if self.retry is None else [self.retry]
        return not any(strike.met for strike in asked) or any(strike.is_on_its_way for strike in asked)

    def try_again(self) -> None:
        """When everything is mended, as the client offers it."""
        self.mend()
        self.retry = self.proxy.strike(matcher(self.moment), Pass(), None)
        self.sender.again(self.source.path)

    def shut(self) -> None:
        """Nobody answers where the moment's request goes."""
        self.proxy.shut()

    def lose_names(self) -> None:
        self.sender.lose_names()

    def set_client_clock(self, ahead_seconds: float) -> Callable[[], None]:
        return lambda: self.sender.set_clock(ahead_seconds)

    def set_site_clock(self, ahead_seconds: float) -> Callable[[], None]:
        return lambda: _write_clock(self.stage, ahead_seconds)

    def change_swift(self, changes: ProxyChanges) -> Callable[[], None]:
        return lambda: self.stage.change_swift(changes)

    def kill_servers(self, count: int) -> Callable[[], None]:
        return lambda: self.stage.signal_object_servers(count, signal.SIGKILL)

    def limit_files(self) -> None:
        """From now on no file of Swift's can become as long as a segment."""
        self.stage.limit_files(SEGMENT_BYTES * 3 // 4)

    def freeze_servers(self, count: int) -> Callable[[], None]:
        return lambda: self.stage.signal_object_servers(count, signal.SIGSTOP)

    def rotate_keys(self) -> None:
        """Two new secrets at once: what was signed with the present one is worth nothing from now on."""
        secret = variable("secret")
        old = self.stage.environ[secret]
        between, new = (os.urandom(32).hex() for _ in range(2))
        self.stage.environ |= {secret: new, variable("old_secrets"): f"{old} {between}"}
        self.stage.command("rotate")
        self.stage.restart_site()

    def change_file(self) -> None:
        self.source.write("changed")

    def delete_file(self) -> None:
        self.source.path.unlink()

    def shrink_file(self) -> None:
        self.source.shrink()

    def mend(self) -> None:
        """Everything is as it was; what happened to the file stays."""
        self.stage.mend()
        self.sender.find_names()


def _write_clock(stage: Stage, ahead_seconds: float) -> None:
    (stage.site_world / world.CLOCK).write_text(str(ahead_seconds))
