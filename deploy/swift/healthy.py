"""Asks whether the server of this container is well; the health check of the image's containers.

`python healthy.py PORT` asks one of Swift's servers, `python healthy.py 11211` memcached. The expirer answers
nobody: `python healthy.py FILE` looks whether it has written its record lately, as it does after each pass.
"""

import socket
import sys
import time
import urllib.request
from pathlib import Path

_MEMCACHED_PORT = 11211
_SECONDS = 5
# A pass begins once a minute, and takes longer when much expires.
_PASS_SECONDS = 900


def answers(port: int) -> bool:
    """Whether something that is well answers on PORT of this machine."""
    try:
        if port == _MEMCACHED_PORT:
            with socket.create_connection(("127.0.0.1", port), _SECONDS) as connection:
                connection.sendall(b"version\r\n")
                return connection.recv(64).startswith(b"VERSION")
        address = f"http://127.0.0.1:{port}/healthcheck"
        with urllib.request.urlopen(address, timeout=_SECONDS) as answer:
            return bool(answer.read() == b"OK")
    except OSError:
        return False


def is_written(path: Path) -> bool:
    """Whether somebody has written there lately."""
    try:
        return path.stat().st_mtime > time.time() - _PASS_SECONDS
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    asked = sys.argv[1]
    sys.exit(0 if (answers(int(asked)) if asked.isdecimal() else is_written(Path(asked))) else 1)
