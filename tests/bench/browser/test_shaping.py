"""The link that a relay stands for: its rates, by the test's own clock, and that bytes arrive unchanged."""

import os
import socket
import threading

import pytest

from bench.browser.cases import LOOPBACK, Link
from bench.browser.shaping import ShapingRelay, TokenBucket

MIB = 1 << 20


def test_bytes_pass_at_the_rate_whatever_their_sizes():
    bucket = TokenBucket(1000, now=50.0)
    assert [round(bucket.take(size, 50.0), 6) for size in (100, 400, 500)] == [50.1, 50.5, 51.0]


def test_time_without_bytes_is_not_saved_up():
    bucket = TokenBucket(1000, now=0.0)
    assert bucket.take(1000, now=100.0) == pytest.approx(100.995)


class Echo:
    """Sends back what it gets until there is no more, then closes."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                while chunk := connection.recv(65536):
                    connection.sendall(chunk)

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.fixture
def echo():
    server = Echo()
    yield server
    server.close()


@pytest.mark.parametrize(
    "link",
    [
        LOOPBACK,
        Link(total_bits=1e9),
        Link(connection_bits=1e9),
        Link(delay_seconds=0.002),
        Link(total_bits=1e9, connection_bits=1e9, delay_seconds=0.002),
    ],
)
def test_a_link_changes_no_byte_in_either_direction(echo, link):
    sent = os.urandom(3 * MIB + 7)
    with (
        ShapingRelay(echo.port, link) as relay,
        socket.create_connection(("127.0.0.1", relay.port)) as client,
    ):
        sender = threading.Thread(target=lambda: (client.sendall(sent), client.shutdown(socket.SHUT_WR)))
        sender.start()
        received = b"".join(iter(lambda: client.recv(65536), b""))
        sender.join()
    assert received == sent


def test_a_relay_ends_with_connections_open(echo):
    with ShapingRelay(echo.port, Link(delay_seconds=0.001)) as relay:
        client = socket.create_connection(("127.0.0.1", relay.port))
        client.sendall(b"x")
        assert client.recv(1) == b"x"
    assert client.recv(1) == b""
    client.close()
