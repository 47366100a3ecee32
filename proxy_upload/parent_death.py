"""Ending with the process that started us, also when that was killed."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

# Names the process with which ours is to end; not a setting of anybody's.
VARIABLE = "STOP_WITH_PARENT"

_PR_SET_PDEATHSIG = 1


def stop_with_starter() -> None:
    """End with the process that the environment names, if it names one."""
    if starter := os.environ.get(VARIABLE):
        stop_with(int(starter))


def stop_with(parent: int) -> None:
    """Have the kernel send SIGTERM when PARENT, our parent process, dies. Linux only: elsewhere nothing."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
