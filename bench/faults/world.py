"""Runs a module in a world with another clock, or without names: `world.py FOLDER MODULE ARGUMENTS`.

FOLDER says what is wrong, and may be changed at any time: the file `clock` has the seconds by which the clock
is ahead, and while there is a file `no-names`, no name is found. `silence` and `pause` have the most seconds
for which sockets and threads wait, where they would wait longer.
"""

import math
import runpy
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CLOCK = "clock"
NO_NAMES = "no-names"
SILENCE = "silence"
PAUSE = "pause"


def shifted(clock: Callable[[], float], file: Path) -> Callable[[], float]:
    """The clock, ahead by as many seconds as the file says at the time."""

    def now() -> float:
        try:
            return clock() + float(file.read_text() or 0)
        except FileNotFoundError:
            return clock()

    return now


def failing(look_up: Callable[..., Any], file: Path) -> Callable[..., Any]:
    """Look names up, but find none while there is the file."""

    def find(*arguments: Any, **named: Any) -> Any:
        if file.exists():
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return look_up(*arguments, **named)

    return find


def hurried(wait: Callable[..., Any], file: Path) -> Callable[..., Any]:
    """The method, which takes a time, but given no more seconds than the file says. No time is no time."""

    def wait_less(self: Any, seconds: float | None = None) -> Any:
        most = float(file.read_text()) if file.exists() else math.inf
        return wait(self, seconds if seconds is None else min(seconds, most))

    return wait_less


def main() -> None:
    """Become the module, as `python -m MODULE ARGUMENTS` would."""
    folder, module = Path(sys.argv[1]), sys.argv[2]
    time.time = shifted(time.time, folder / CLOCK)
    socket.getaddrinfo = failing(socket.getaddrinfo, folder / NO_NAMES)
    for waiting, method, file in ((socket.socket, "settimeout", SILENCE), (threading.Event, "wait", PAUSE)):
        setattr(waiting, method, hurried(getattr(waiting, method), folder / file))
    sys.argv = sys.argv[2:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
