"""The reader in real gunicorn workers of every class, with real sockets."""

import hashlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

SITES = Path(__file__).parent / "sites"
ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60
BODY = b"".join(b"line %d\n" % number for number in range(200_000)) + os.urandom(500_000)
BOUNDARY = "----boundary"
WORKERS = {"sync": [], "gthread": ["--threads", "4"], "gevent": []}


@contextmanager
def gunicorn(worker, spool, reader="cooperative"):
    """Serve the reading site with one worker on a free port; yield the port."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        command = [sys.executable, "-m", "gunicorn", "reading_site:app", "--worker-class", worker]
        command += [
            "--worker-tmp-dir",
            "/dev/shm",
            "--bind",
            f"fd://{listener.fileno()}",
            "--log-level",
            "warning",
            "--graceful-timeout",
            "1",
        ]
        environ = os.environ | {"INPUT": reader, "SPOOL": str(spool), "PYTHONPATH": f"{ROOT}:{SITES}"}
        server = subprocess.Popen(
            [*command, *WORKERS[worker]], env=environ, pass_fds=[listener.fileno()], stderr=subprocess.PIPE
        )
        try:
            yield listener.getsockname()[1]
        finally:
            server.terminate()
            _, errors = server.communicate(timeout=PATIENCE_SECONDS)
            sys.stderr.write(errors.decode())


@pytest.fixture(scope="module")
def spool(tmp_path_factory):
    return tmp_path_factory.mktemp("spool")


@pytest.fixture(scope="module", params=WORKERS)
def port(request, spool):
    """The port of one worker, the same one for all tests: it has to survive them."""
    with gunicorn(request.param, spool) as port:
        pid = ping(port)["pid"]
        yield port
        assert ping(port)["pid"] == pid


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)


def ask(port, method, path, body=None, headers=()):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def ping(port):
    return ask(port, "GET", "/ping")[1]


def chunks_of(body, size):
    return (body[start : start + size] for start in range(0, len(body), size))


def described(body):
    return {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}


def multipart(content):
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def test_every_way_of_reading_gets_the_whole_body_in_every_worker(port):
    for path in ("/read", "/read-with-length", "/read-some", "/lines", "/short-lines"):
        assert ask(port, "POST", path, BODY) == (200, described(BODY))


def test_chunked_bodies_are_read_to_their_end_in_every_worker(port):
    for path, size in (("/read", 100_000), ("/read-some", 7000), ("/lines", 64), ("/read", len(BODY))):
        assert ask(port, "POST", path, chunks_of(BODY[-700_000:], size)) == (200, described(BODY[-700_000:]))


def test_a_multipart_form_is_spooled_and_leaves_nothing_in_every_worker(port, spool):
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    for content in (BODY, b"small", b""):
        assert ask(port, "POST", "/form", multipart(content), headers) == (200, described(content))
    assert ping(port)["files"] == []
    assert list(spool.iterdir()) == []


def test_a_refused_body_is_drained_and_the_connection_goes_on_in_every_worker(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        for _ in range(2):
            connection.request("POST", "/refuse", BODY)
            assert json.loads(connection.getresponse().read()) == described(b"")
    finally:
        connection.close()


BROKEN = {
    "a body shorter than announced": b"Content-Length: 10000000\r\n\r\n" + bytes(3_000_000),
    "chunked without its end": b"Transfer-Encoding: chunked\r\n\r\n" + b"1000\r\n" + bytes(4096) + b"\r\n",
    "chunked, broken in a chunk": b"Transfer-Encoding: chunked\r\n\r\n" + b"1000\r\n" + bytes(1000),
    "chunked with a size that is none": b"Transfer-Encoding: chunked\r\n\r\nzzz\r\n",
}


@pytest.mark.parametrize("rest", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("path", ["/read", "/read-some", "/lines"])
def test_a_client_that_vanishes_is_an_error_and_the_worker_goes_on(port, path, rest, eventually):
    before = ping(port)["disconnects"]
    with connect(port) as client:
        client.sendall(f"POST {path} HTTP/1.1\r\nHost: a\r\n".encode() + rest)
    eventually(lambda: ping(port)["disconnects"] == before + 1)
    assert ask(port, "POST", path, b"next") == (200, described(b"next"))


def test_a_client_that_vanishes_from_a_form_leaves_no_file_and_the_worker_goes_on(port, spool, eventually):
    head = f"POST /form HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
    before = ping(port)["disconnects"]
    with connect(port) as client:
        client.sendall(
            f"{head}Content-Length: 50000000\r\n\r\n".encode() + multipart(bytes(5_000_000))[:-100]
        )
    eventually(lambda: ping(port)["disconnects"] == before + 1)
    eventually(lambda: ping(port)["files"] == [])
    assert list(spool.iterdir()) == []


SLOW_BYTES = 16_000_000


@contextmanager
def unpaused_upload(port):
    """Send to the slow page without a pause; enter when the first megabyte is on its way."""
    under_way = threading.Event()
    answers = []

    def send():
        with connect(port) as client:
            head = (
                b"POST /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                % SLOW_BYTES
            )
            client.sendall(head + bytes(1_000_000))
            under_way.set()
            client.sendall(bytes(SLOW_BYTES - 1_000_000))
            answers.append(client.recv(100))

    sender = threading.Thread(target=send)
    sender.start()
    assert under_way.wait(PATIENCE_SECONDS)
    yield
    sender.join(PATIENCE_SECONDS)
    assert answers[0].startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(("reader", "waits_for_the_upload"), [("plain", True), ("cooperative", False)])
def test_a_gevent_worker_answers_in_the_middle_of_an_unpaused_body(tmp_path, reader, waits_for_the_upload):
    with gunicorn("gevent", tmp_path, reader) as port:
        ping(port)
        with unpaused_upload(port):
            seen = ping(port)
    assert seen["slow_done"] == waits_for_the_upload
    assert (seen["slow_bytes"] == SLOW_BYTES) == waits_for_the_upload
