"""Asks whether the server of this container answers; the health check of the image's containers.

`python healthy.py PORT` asks one of Swift's servers, `python healthy.py 11211` memcached.
"""

import socket
import sys
import urllib.request

_MEMCACHED_PORT = 11211
_SECONDS = 5


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


if __name__ == "__main__":
    sys.exit(0 if answers(int(sys.argv[1])) else 1)
