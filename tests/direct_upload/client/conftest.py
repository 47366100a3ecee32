"""Fixtures for the terminal client: a site whose segments go through a proxy that counts and misbehaves."""

import http.client
import os
import random
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from direct_upload.client import Client, Patience

MIB = 1 << 20
READ_BYTES = 65536
CUT_BYTES = 400_000
# Short, so that what fails for good does so soon.
HASTY = Patience(connect=5, stall=4, give_up=2, first_pause=0.02, longest_pause=0.1, damages=3)


class SegmentProxy(ThreadingHTTPServer):
    """Between a client and Swift. `rule(method, number, nth)` says what happens to a request.

    None: it is passed on. A number: it is answered with that status. "reset": the connection ends in the
    middle of the body. "lost": it is passed on, and the answer is not. "cut": of the answer's body, the
    beginning is. "stall": nothing more happens. "flip": a bit of the body is changed. A function is called,
    and its answer is what happens.
    """

    daemon_threads = True

    def __init__(self, target):
        super().__init__(("127.0.0.1", 0), _Relayed)
        self.target = urlsplit(target).netloc
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.lock = threading.Lock()
        self.forget()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()

    def forget(self):
        """Begin to count anew, and behave."""
        self.rule = lambda _method, _number, _nth: None
        self.begun, self.stored, self.queries = Counter(), Counter(), set()

    def close(self):
        self.shutdown()
        self.server_close()
        self._thread.join()

    def handle_error(self, request, client_address):
        """Connections that end early are what this is for."""


class _Relayed(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SegmentProxy

    def do_PUT(self):
        self._relay()

    do_GET = do_HEAD = do_PUT  # noqa: N815 - the library's names

    def _relay(self):
        number = int(self.path.split("?")[0][-8:]) if "/segments/" in self.path else None
        with self.server.lock:
            self.server.begun[self.command, number] += 1
            self.server.queries.add(self.path.partition("?")[2])
            nth = self.server.begun[self.command, number]
        action = self.server.rule(self.command, number, nth)
        if callable(action):
            action = action()
        size = int(self.headers.get("Content-Length", 0))
        if action == "reset":
            self.rfile.read(size // 2)
            self.close_connection = True
            return
        if action == "stall":
            time.sleep(1.5 * HASTY.stall)
            self.close_connection = True
            return
        if isinstance(action, int):
            self._answer(action, {"Content-Length": "0", "Retry-After": "0"}, b"")
            self.close_connection = True
            return
        self._pass_on(number, size, action)

    def _pass_on(self, number, size, action):
        body = bytearray()
        while len(body) < size and (piece := self.rfile.read(min(READ_BYTES, size - len(body)))):
            body += piece
        if len(body) < size:
            self.close_connection = True
            return
        if action == "flip":
            body[len(body) // 2] ^= 1
        upstream = http.client.HTTPConnection(self.server.target, timeout=20)
        try:
            headers = {
                name: value for name, value in self.headers.items() if name not in {"Host", "Connection"}
            }
            upstream.request(self.command, self.path, bytes(body) if size else None, headers)
            answer = upstream.getresponse()
            with self.server.lock:
                self.server.stored[number] += self.command == "PUT" and answer.status == 201
            if action == "lost":
                self.close_connection = True
                return
            kept = {n: v for n, v in answer.getheaders() if n not in {"Transfer-Encoding", "Connection"}}
            whole = answer.read()
            self.close_connection = action == "cut"
            self._answer(answer.status, kept, whole[:CUT_BYTES] if action == "cut" else whole)
        finally:
            upstream.close()

    def _answer(self, status, headers, body):
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)


@pytest.fixture(scope="session")
def proxy_to():
    """A function from a cluster to a proxy before it."""
    with ExitStack() as proxies:

        def start(swift):
            proxy = SegmentProxy(swift.storage_url)
            proxies.callback(proxy.close)
            return proxy

        yield start


@pytest.fixture(scope="session")
def shared_proxy(proxy_to, swift):
    return proxy_to(swift)


@pytest.fixture
def proxy(shared_proxy):
    """A proxy, which behaves until it is told otherwise."""
    shared_proxy.forget()
    yield shared_proxy
    shared_proxy.forget()


@pytest.fixture(scope="session")
def proxied_site(prepared, run_site, ready, shared_proxy):
    """A site whose clients reach Swift through the proxy."""
    running = run_site(prepared(swift_public_url=shared_proxy.url, swift_timeout="2"))
    ready(running)
    yield running
    running.end()


@pytest.fixture
def client_of(tmp_path):
    """A function from a site to a new client of it, which remembers in a folder of the test."""
    with ExitStack() as clients:

        def make(site, **options):
            wanted = {"state": tmp_path / "state", "patience": HASTY, "segment_size": MIB, **options}
            return clients.enter_context(Client(site.url, **wanted))

        yield make


@pytest.fixture
def client(client_of, proxied_site):
    """A client of the site behind the proxy, of an owner who has nothing yet."""
    return client_of(proxied_site)


@pytest.fixture
def make_file(tmp_path):
    """A function that writes a file of SIZE bytes, different in each segment."""

    def make(size, name="data.bin"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(random.Random(size).randbytes(size))  # noqa: S311 - bytes, no secrets
        return path

    return make


@pytest.fixture
def clean_environ():
    """The environment without what would tell the client where to go, or as whom."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("DU_", "DIRECT_UPLOAD_"))
    }
