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
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


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

    Then all are asked to stop, and killed after `stop_seconds`. They inherit the descriptors `keep_open`.
    """
    family = _Family(environ, keep_open)
    for number in _STOP_SIGNALS:
        signal.signal(number, _on_signal)
    try:
        for program in programs:
            family.start(program)
        return family.run()
    except _Stop:
        return 0
    finally:
        for number in _STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        family.stop(stop_seconds)


class _Family:
    def __init__(self, environ: Mapping[str, str], keep_open: Sequence[int]) -> None:
        self._environ = environ
        self._keep_open = keep_open
        self._running: dict[int, tuple[Program, subprocess.Popen[bytes]]] = {}

    def start(self, program: Program) -> None:
        process = _start(program, self._environ, self._keep_open)
        self._running[process.pid] = (program, process)

    def run(self) -> int:
        """Start again what ends, until it is something essential: return its status."""
        while True:
            program, process = self._ended()
            if program.essential:
                return _status(process.wait())
            sys.stderr.write(f"{program.arguments[0]} ended with {process.wait()}, starting it again\n")
            time.sleep(_RESTART_SECONDS)
            self.start(program)

    def stop(self, seconds: float) -> None:
        _stop([process for _program, process in self._running.values()], seconds)

    def _ended(self) -> tuple[Program, subprocess.Popen[bytes]]:
        while True:
            # Looked at, not reaped: each Popen does that for its own child.
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
            pid = 0 if ended is None else ended.si_pid
            if pid in self._running:
                return self._running.pop(pid)
            os.waitpid(pid, 0)  # the embedded Swift: without it uploads are answered 503


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
