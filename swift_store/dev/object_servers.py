"""The object servers of a replicated cluster: processes that end with the one that forked them.

Import this module only after `swift_runtime.prepare`.
"""

import os
import signal
import socket
from collections.abc import Iterable, Mapping
from typing import Any

from swift_store.dev import serving
from swift_store.dev.announcement import ObjectServer
from swift_store.dev.listeners import port_of
from swift_store.dev.stopping import ignore_stop_signals


class ObjectServers:
    """Forked children. They watch a pipe whose other end this process alone holds: its end is theirs."""

    def __init__(self) -> None:
        self._lifeline, self._held_end = os.pipe()
        self._running: dict[int, ObjectServer] = {}

    @property
    def running(self) -> tuple[ObjectServer, ...]:
        return tuple(self._running.values())

    def start(
        self, listeners: Mapping[str, socket.socket], app: Any, foreign: Iterable[socket.socket]
    ) -> None:
        """Fork one server for each device. `foreign` are sockets that these processes must not keep open.

        This process closes the listeners: a port of a killed server has to refuse connections.
        """
        for device, listener in listeners.items():
            others = [*foreign, *(other for other in listeners.values() if other is not listener)]
            pid = os.fork()
            if pid == 0:
                self._be_server(listener, app, others)
            self._running[pid] = ObjectServer(device, pid, port_of(listener))
        for listener in listeners.values():
            listener.close()

    def reap(self) -> None:
        """Forget the servers that have ended."""
        for pid in list(self._running):
            if os.waitpid(pid, os.WNOHANG)[0]:
                del self._running[pid]

    def kill(self) -> None:
        """End the rest, also those that were stopped with SIGSTOP."""
        self.reap()
        for pid in self._running:
            os.kill(pid, signal.SIGKILL)
        for pid in self._running:
            os.waitpid(pid, 0)
        self._running.clear()

    def _be_server(self, listener: socket.socket, app: Any, others: Iterable[socket.socket]) -> None:
        """Never returns."""
        try:
            os.close(self._held_end)
            for other in others:
                other.close()
            ignore_stop_signals()
            serving.serve_until_eof(listener, app, self._lifeline)
        finally:
            os._exit(1)
