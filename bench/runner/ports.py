"""Addresses on this machine."""

import socket

HOST = "127.0.0.1"


def url(port: int) -> str:
    return f"http://{HOST}:{port}"


def free_port() -> int:
    """A port that nobody listens on now; whoever asked should take it soon."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
