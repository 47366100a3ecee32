"""The clients, each a process of its own: senders that never pause, and probers with an open schedule."""

import json
import select
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

BOUNDARY = b"-----------------------------8721656041911415653955004498"
_BLOCK = bytes(range(256)) * 4096
_ANSWER_TIMEOUT_SECONDS = 120.0


@dataclass(frozen=True)
class Upload:
    """One finished upload; times in seconds of the system's monotonic clock, which all processes share."""

    started_at: float
    ended_at: float
    sent_bytes: int


def multipart(size: int) -> tuple[bytes, bytes, bytes]:
    """Return a request's head, and what goes before and after `size` bytes of file content."""
    before = (
        b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="file"; filename="big.bin"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n"
    )
    after = b"\r\n--" + BOUNDARY + b"--\r\n"
    head = (
        b"POST /upload HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Content-Type: multipart/form-data; boundary=" + BOUNDARY + b"\r\n"
        b"Content-Length: %d\r\n\r\n" % (len(before) + size + len(after))
    )
    return head, before, after


def send(port: int, size: int) -> Upload:
    """Send one upload without a pause and wait for its answer; `ValueError` if that is not the size."""
    head, before, after = multipart(size)
    block = memoryview(_BLOCK)
    started_at = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=_ANSWER_TIMEOUT_SECONDS) as connection:
        connection.sendall(head + before)
        left = size
        while left:
            connection.sendall(block[:left])
            left -= min(left, len(block))
        connection.sendall(after)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    if not answer.startswith(b"HTTP/1.1 200") or not answer.endswith(b"\r\n\r\n%d\n" % size):
        raise ValueError(f"unexpected answer: {answer!r}")
    return Upload(started_at, time.monotonic(), size)


class Prober:
    """Asks for a page at fixed times over new connections, whether or not earlier answers have come.

    A latency counts from the time at which the request was due: a server that stands still can't hide it.
    """

    def __init__(self, port: int, per_second: float) -> None:
        self._address = ("127.0.0.1", port)
        self._interval = 1.0 / per_second
        self._due_at: dict[socket.socket, float] = {}
        self.latencies: list[float] = []

    def run(self, stop: int) -> None:
        """Probe until the descriptor `stop` becomes readable, then wait for the answers under way."""
        due_at = time.monotonic()
        stopping = False
        while not stopping or self._due_at:
            if not stopping and time.monotonic() >= due_at:
                self._ask(due_at)
                due_at += self._interval
            wait = _ANSWER_TIMEOUT_SECONDS if stopping else max(0.0, due_at - time.monotonic())
            watched: list[socket.socket | int] = list(self._due_at)
            ready, _, _ = select.select(watched if stopping else [*watched, stop], [], [], wait)
            stopping = stopping or stop in ready
            self._collect(ready)

    def _ask(self, due_at: float) -> None:
        connection = socket.create_connection(self._address, timeout=_ANSWER_TIMEOUT_SECONDS)
        connection.sendall(b"GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        self._due_at[connection] = due_at

    def _collect(self, ready: list[socket.socket | int]) -> None:
        for connection in ready:
            if isinstance(connection, socket.socket):
                answer = connection.recv(65536)
                self.latencies.append(time.monotonic() - self._due_at.pop(connection))
                connection.close()
                if not answer.startswith(b"HTTP/1.1 200"):
                    raise ValueError(f"unexpected answer: {answer!r}")


def _uploads(port: int, size: int, count: int) -> Iterator[dict[str, float]]:
    for _ in range(count):
        yield vars(send(port, size))


def main(arguments: list[str]) -> None:
    """Run as `send PORT BYTES COUNT` or `probe PORT PER_SECOND`, write JSON to standard output."""
    role, port = arguments[0], int(arguments[1])
    if role == "send":
        result: object = list(_uploads(port, int(arguments[2]), int(arguments[3])))
    else:
        prober = Prober(port, float(arguments[2]))
        prober.run(sys.stdin.fileno())
        result = prober.latencies
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
