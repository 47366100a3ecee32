"""A person at a terminal with `direct-upload put`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.faults import world
from bench.faults.sender import Sight, State
from bench.faults.stage import our_environ

_PAUSE_SECONDS: Final = 0.05
_STOP_SECONDS: Final = 20.0
# A page's time can be made to pass faster, a process's not: it waits for seconds instead of minutes.
_LONGEST_SECONDS: Final = {world.SILENCE: 8, world.PAUSE: 2}


class TerminalSender:
    """Every cell has a home of its own, and so an owner of its own. FOLDER is what it may write to."""

    def __init__(self, url: str, folder: Path, program: Path | None = None) -> None:
        self._url = url
        self._folder = folder
        self._world = folder / "world"
        self._world.mkdir()
        for file, seconds in _LONGEST_SECONDS.items():
            (self._world / file).write_text(str(seconds))
        self._program = program or Path(world.__file__)
        self._process: subprocess.Popen[bytes] | None = None
        self._source: Path | None = None
        self._is_deleting = False
        self._runs = 0

    def begin(self, source: Path) -> None:
        self._source = source
        self._run("put", str(source))

    def look(self, *, in_a_hurry: bool) -> Sight:
        del in_a_hurry
        status = None if self._process is None else self._process.poll()
        if status is None:
            time.sleep(_PAUSE_SECONDS)
            return Sight(State.BUSY)
        if status == 0:
            return Sight(State.DELETED if self._is_deleting else State.STORED)
        return Sight(State.FAILED, self._last_words())

    def again(self, source: Path) -> None:
        if self._is_deleting:
            self.delete()
        else:
            self.begin(source)

    def delete(self) -> None:
        self._is_deleting = True
        assert self._source is not None  # noqa: S101 - for mypy: only what was sent is deleted
        self._run("rm", self._source.name)

    def set_clock(self, ahead_seconds: float) -> None:
        (self._world / world.CLOCK).write_text(str(ahead_seconds))

    def lose_names(self) -> None:
        (self._world / world.NO_NAMES).touch()

    def find_names(self) -> None:
        (self._world / world.NO_NAMES).unlink(missing_ok=True)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(_STOP_SECONDS)

    def _run(self, command: str, argument: str) -> None:
        self.stop()
        self._runs += 1
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [
                    *(sys.executable, "-P", str(self._program), str(self._world), "direct_upload"),
                    *(command, "--to", self._url, argument),
                ],
                env=our_environ(self._environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    @property
    def _environ(self) -> Mapping[str, str]:
        return {"XDG_STATE_HOME": str(self._folder), "HOME": str(self._folder)}

    @property
    def _log(self) -> Path:
        return self._folder / f"log-{self._runs}"

    def _last_words(self) -> str:
        lines = [line for line in self._log.read_text(errors="replace").splitlines() if line.strip()]
        words = lines[-1].strip() if lines else "it said nothing"
        return words.replace(f"{self._source.parent}/", "") if self._source else words


@contextmanager
def terminal_sender(url: str, below: Path, program: Path | None = None) -> Iterator[TerminalSender]:
    """Somebody who has never used the client. PROGRAM takes the place of `world.py`."""
    folder = Path(tempfile.mkdtemp(prefix="terminal-", dir=below))
    sender = TerminalSender(url, folder, program)
    try:
        yield sender
    finally:
        sender.stop()
        shutil.rmtree(folder, ignore_errors=True)
