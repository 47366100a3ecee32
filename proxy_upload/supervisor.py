"""Keeps the processes of one site running: the server, and where there is one, the pusher."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_RESTART_SECONDS = 1.0


@dataclass(frozen=True)
class Program:
    """A Python module to run; `essential`: without it there is no site, otherwise it is started again."""

    arguments: Sequence[str]
    essential: bool


class _Stop(Exception):
    """A signal asked us to stop."""


def run(
    programs: Sequence[Program], environ: Mapping[str, str], *, keep_open: Sequence[int], stop_seconds: float
) -> int:
    """Run all programs until SIGINT or SIGTERM, or until an essential one ends; return the exit status.

    Then all are asked to stop, and killed after `stop_seconds`. `keep_open` are descriptors that they
    inherit.
    """
    running: dict[int, tuple[Program, subprocess.Popen[bytes]]] = {}

    def start(program: Program) -> None:
        process = _start(program, environ, keep_open)
        running[process.pid] = (program, process)

    before = {number: signal.signal(number, _on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        for program in programs:
            start(program)
        while True:
            pid = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT).si_pid  # type: ignore[union-attr]
            if pid not in running:
                os.waitpid(pid, 0)
                continue
            program, process = running.pop(pid)
            if program.essential:
                return _status(process.wait())
            sys.stderr.write(f"{program.arguments[0]} ended with {process.wait()}, starting it again\n")
            time.sleep(_RESTART_SECONDS)
            start(program)
    except _Stop:
        return 0
    finally:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        _stop([process for _program, process in running.values()], stop_seconds)
        for number, handler in before.items():
            signal.signal(number, handler)


def _on_signal(_number: int, _frame: object) -> None:
    raise _Stop


def _start(program: Program, environ: Mapping[str, str], keep_open: Sequence[int]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C in the terminal is for this process, which then stops the others in order.
    return subprocess.Popen(  # noqa: S603 - our own modules
        [sys.executable, "-m", *program.arguments],
        env=environ,
        pass_fds=keep_open,
        start_new_session=True,
    )


def _stop(processes: Sequence[subprocess.Popen[bytes]], seconds: float) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    deadline = time.monotonic() + seconds
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _status(code: int) -> int:
    return code if code >= 0 else 128 - code
