"""The sockets of a cluster, all bound to loopback before anything else is done."""

import errno
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from swift_store.dev.shape import Shape

_ADDRESS = "127.0.0.1"
_BACKLOG = 4096


class PortError(Exception):
    """The wanted port is taken, not allowed, or no port at all; the message says which."""


@dataclass(frozen=True)
class Listeners:
    """Listening sockets; those of the object servers by the device that each stands for."""

    proxy: socket.socket
    account: socket.socket
    container: socket.socket
    objects: Mapping[str, socket.socket]


def listen(port: int, shape: Shape) -> Listeners:
    """Listen on `port` (0: a free one) for clients and on free ports for the storage servers.

    Raises PortError when there is no listening on `port`.
    """
    try:
        proxy = _listener(port)
    except (OSError, OverflowError) as error:
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        reason = f"port {port} is taken" if taken else f"no listening on port {port} ({error})"
        raise PortError(f"{reason}: choose another with --port, or 0 for a free one") from error
    if shape is Shape.SINGLE:
        objects = dict.fromkeys(shape.object_devices, _listener(0))
    else:
        objects = {device: _listener(0) for device in shape.object_devices}
    return Listeners(proxy, _listener(0), _listener(0), objects)


def port_of(listener: socket.socket) -> int:
    """The port that a socket is bound to."""
    port: int = listener.getsockname()[1]
    return port


def _listener(port: int) -> socket.socket:
    listener = socket.create_server((_ADDRESS, port), backlog=_BACKLOG)
    # As Swift does for itself, and connections inherit it: else an answer's end waits 40 ms for the client.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
