"""Addresses on this machine."""

import secrets
import socket
from typing import Final

HOST: Final = "127.0.0.1"
# Below those that systems give to outgoing connections: one of these, free when looked at, may be somebody's
# request when it is to be listened on.
_PORTS: Final = range(15_000, 32_000)


def url(port: int) -> str:
    return f"http://{HOST}:{port}"


def free_port() -> int:
    """A port that nobody listens on now; whoever asked should take it soon."""
    while True:
        port = secrets.choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
