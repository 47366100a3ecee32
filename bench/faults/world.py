"""Runs a module in a world with another clock, or without names: `world.py FOLDER MODULE ARGUMENTS`.

FOLDER says what is wrong, and may be changed at any time: the file `clock` has the seconds by which the clock
is ahead, and while there is a file `no-names`, no name is found. `defaults` is JSON that changes defaults of
classes: {"module:Class": {"name": value}}.
"""

import importlib
import json
import runpy
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CLOCK = "clock"
NO_NAMES = "no-names"
DEFAULTS = "defaults"


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


def change_defaults(file: Path) -> None:
    """Let classes be made with other keyword arguments where none are given."""
    if not file.exists():
        return
    for name, changed in json.loads(file.read_text()).items():
        module, _, made = name.partition(":")
        vars(importlib.import_module(module))[made].__init__.__kwdefaults__.update(changed)


def main() -> None:
    """Become the module, as `python -m MODULE ARGUMENTS` would."""
    folder, module = Path(sys.argv[1]), sys.argv[2]
    time.time = shifted(time.time, folder / CLOCK)
    socket.getaddrinfo = failing(socket.getaddrinfo, folder / NO_NAMES)
    sys.argv = sys.argv[2:]
    change_defaults(folder / DEFAULTS)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
