"""The clients' HTTP, against servers that count, refuse and vanish."""

import socket
import threading

import pytest

from bench.users.connection import FAILURES, Connection, Refused, Request, Traffic

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Thing: a\r\n\r\nhello"


@pytest.fixture
def serve():
    """Start a server that handles one connection with a function; return its address and what it received."""
    threads, listeners = [], []

    def start(handle):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        received = bytearray()

        def run():
            with listener.accept()[0] as connection:
                handle(connection, received)

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}", received

    yield start
    for thread in threads:
        thread.join(10)
    for listener in listeners:
        listener.close()


def read_body(connection, received, ending=b"END"):
    while not received.endswith(ending):
        received += connection.recv(65536)


def test_every_byte_is_counted(serve):
    def handle(connection, received):
        read_body(connection, received)
        connection.sendall(ANSWER)

    url, received = serve(handle)
    traffic = Traffic()
    with Connection(url, traffic, timeout=10) as connection:
        request = Request("POST", "/x?y=1", {"Content-Length": "8", "A": "b"}, (b"12345", memoryview(b"END")))
        answer = connection.ask(request)
    assert (answer.status, answer.body, answer.headers["X-Thing"]) == (200, b"hello", "a")
    assert traffic == Traffic(sent=len(received), received=len(ANSWER))


def test_two_requests_share_a_connection(serve):
    def handle(connection, received):
        for _ in range(2):
            del received[:]
            read_body(connection, received)
            connection.sendall(ANSWER)

    url, _ = serve(handle)
    with Connection(url, Traffic(), timeout=10) as connection:
        request = Request("PUT", "/", {"Content-Length": "3"}, (b"END",))
        assert [connection.ask(request).status for _ in range(2)] == [200, 200]


def test_an_early_refusal_is_the_answer_even_if_the_body_could_not_be_sent(serve):
    def handle(connection, received):
        received += connection.recv(100)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass

    url, _ = serve(handle)
    body = (b"x" * 65536 for _ in range(16))
    with Connection(url, Traffic(), timeout=10) as connection:
        answer = connection.ask(Request("POST", "/", {"Content-Length": str(16 * 65536)}, body))
    assert answer.status == 413
    with pytest.raises(Refused, match="413"):
        answer.expect(200, 201)


@pytest.mark.parametrize(
    "words", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal", b"nonsense\r\n\r\n"]
)
def test_no_whole_answer_is_a_failure(serve, words):
    def handle(connection, received):
        received += connection.recv(65536)
        connection.sendall(words)

    url, _ = serve(handle)
    with Connection(url, Traffic(), timeout=10) as connection, pytest.raises(FAILURES):
        connection.ask(Request("GET", "/"))


def test_a_silent_server_is_given_up(serve):
    released = threading.Event()
    url, _ = serve(lambda *_: released.wait(10))
    with Connection(url, Traffic(), timeout=0.2) as connection, pytest.raises(TimeoutError):
        connection.ask(Request("GET", "/"))
    released.set()
