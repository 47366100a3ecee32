"""Runs a command, `warden.py [options] -- COMMAND`, and lets nothing of it outlive whoever asked for it.

The end of standard input, which the asker's death brings about too, kills the command and all that came of
it; so does SIGTERM. Uses the standard library only: it starts in no time.
"""

import argparse
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PAUSE_SECONDS = 0.01
_READ_BYTES = 4096
_libc = ctypes.CDLL(None, use_errno=True)


def main() -> int:
    """Run the command; the result is its exit status."""
    options = _options()
    # What the command's children leave behind becomes a child of this process, and is found.
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
    if options.cpus:
        os.sched_setaffinity(0, {int(cpu) for cpu in options.cpus.split(",")})
    os.nice(options.nice)
    if options.hurry:
        # Not everybody may: then it goes without.
        with suppress(PermissionError):
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        command = subprocess.Popen(  # noqa: S603 - the command that we were asked to run
            options.command,
            stdin=subprocess.DEVNULL,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - there is one thread
        )
        return _wait(command)
    finally:
        _end_descendants()
        if options.remove:
            shutil.rmtree(options.remove, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cpus", default="", help="numbers of the CPUs to run on, with commas between")
    parser.add_argument("--nice", type=int, default=0, help="by how much others go first")
    parser.add_argument("--hurry", action="store_true", help="go before everything else, if allowed")
    parser.add_argument("--remove", type=Path, help="folder to delete at the end")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _wait(command: "subprocess.Popen[bytes]") -> int:
    """Return when the command has ended, or standard input has."""
    child = os.pidfd_open(command.pid)
    while True:
        ready, _, _ = select.select([sys.stdin.fileno(), child], [], [])
        if child in ready:
            return command.wait()
        if not os.read(sys.stdin.fileno(), _READ_BYTES):
            return 0


def _end_descendants() -> None:
    """Kill until nothing is left: a killed process's children become ours, and their turn comes next."""
    while True:
        for pid in _children():
            os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        except ChildProcessError:
            return
        time.sleep(_PAUSE_SECONDS)


def _children() -> list[int]:
    every = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())
    return [pid for pid in every if _parent(pid) == os.getpid()]


def _parent(pid: int) -> int | None:
    try:
        # The name, in parentheses, may hold anything; the state and the parent follow it.
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


if __name__ == "__main__":
    sys.exit(main())
