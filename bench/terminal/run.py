"""Interleaved rounds, so that a slow minute of the machine hits all programs alike."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from bench.architectures import CONTENDERS
from bench.browser.account import Account
from bench.runner import swift
from bench.runner.ports import free_port, url
from bench.runner.server import Launch, running
from bench.runner.ward import Place
from bench.terminal.contestants import CONTAINER, OURS, Contestant, contestants
from bench.terminal.measure import Put, measured

_WRITE_BYTES: Final = 8 << 20
_ANYWHERE: Final = Place()


def run(size: int, rounds: int, show: Callable[[int, Contestant, Put], None]) -> dict[str, list[Put]]:
    """Put a file of SIZE bytes by each program in each round; return its puts by name.

    With several rounds, one before them warms up and counts nowhere.
    """
    with _stage(size) as (programs, account):
        account.create(CONTAINER, "unused")
        account.create(f"{CONTAINER}_segments", "unused")
        puts: dict[str, list[Put]] = {one.name: [] for one in programs}
        with tempfile.TemporaryDirectory(prefix="terminal-log-") as logs:
            for number in range(-1 if rounds > 1 else 0, rounds):
                for one in in_turn(programs, number):
                    put = measured(one.command, one.environ, Path(logs) / one.name)
                    _remove(one, Path(logs) / one.name, account)
                    if number >= 0:
                        puts[one.name].append(put)
                        show(number, one, put)
        return puts


def in_turn(programs: Sequence[Contestant], number: int) -> list[Contestant]:
    """The order of a round. What one program leaves behind troubles all others alike: in as many rounds as
    there are programs, an even number, each comes once at each place and once right after each other.
    """
    count = len(programs)
    zigzag = [(place + 1) // 2 * (-1 if place % 2 else 1) for place in range(count)]
    return [programs[(number - step) % count] for step in zigzag]


@contextmanager
def _stage(size: int) -> Iterator[tuple[list[Contestant], Account]]:
    """A cluster, a site before it, a file to put, and who puts it."""
    folder = swift.storage_folder()
    with tempfile.TemporaryDirectory(prefix="terminal-", dir=folder) as name, ExitStack() as started:
        scratch = Path(name)
        file = scratch / "file"
        _fill(file, size)
        cluster = swift.embedded(folder, scratch / "swift.log", _ANYWHERE)
        _, environ = started.enter_context(cluster)
        swift.prepare(environ, scratch / "setup.log", _ANYWHERE)
        direct = next(one for one in CONTENDERS if one.name == "direct")
        launch = Launch(direct, 1, free_port(), environ, _ANYWHERE)
        started.enter_context(running(launch, scratch))
        programs = contestants(file, url(launch.port), _swift_only(environ), scratch / "state")
        yield programs, Account.sign_in(environ)


def _swift_only(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name.startswith("ST_")}


def _fill(file: Path, size: int) -> None:
    with file.open("wb") as out:
        while (left := size - out.tell()) > 0:
            out.write(os.urandom(min(left, _WRITE_BYTES)))


def _remove(one: Contestant, log: Path, account: Account) -> None:
    """Make room for the next; nobody is timed meanwhile."""
    if one.name != OURS:
        for container in (CONTAINER, f"{CONTAINER}_segments"):
            account.empty(container)
        return
    file_id = log.read_text().split()[0]
    command = [one.command[0], "rm", file_id, *one.command[-2:]]
    subprocess.run(command, env=os.environ | dict(one.environ), check=True, stdout=subprocess.DEVNULL)  # noqa: S603
