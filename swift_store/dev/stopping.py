"""Waiting, without blocking the other greenlets, for a reason to stop."""

import os
import signal
from collections.abc import Callable

from eventlet import hubs

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_READ_BYTES = 4096


class SignalPipe:
    """Signals as bytes to read, because running a Python signal handler does not wake the event loop."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        for number in (*_STOP_SIGNALS, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)

    def wait_for_stop(self, on_child_exit: Callable[[], None]) -> None:
        """Return at the first signal that asks to stop; meanwhile tell of children that ended."""
        while True:
            hubs.trampoline(self._reader, read=True)
            arrived = os.read(self._reader, _READ_BYTES)
            if any(number in arrived for number in _STOP_SIGNALS):
                return
            on_child_exit()


def ignore_stop_signals() -> None:
    """For children: Ctrl-C in a terminal reaches them too, but it is for their parent to end them."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def wait_for_eof(descriptor: int) -> None:
    """Return when the other end of a pipe is closed; what arrives before that is thrown away."""
    while True:
        hubs.trampoline(descriptor, read=True)
        try:
            if not os.read(descriptor, _READ_BYTES):
                return
        except OSError:
            return


def stop_on_eof(descriptor: int) -> None:
    """Turn the end of a pipe into the signal that stops this process."""
    wait_for_eof(descriptor)
    os.kill(os.getpid(), signal.SIGTERM)
