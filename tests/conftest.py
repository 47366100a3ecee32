"""Fixtures for all tests: a running embedded Swift, a container for each test, relays, and a way to wait."""

import os
import shutil
import socket
import socketserver
import threading
import time
import uuid
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import pytest
import swiftclient
from hypothesis import settings
from playwright.sync_api import sync_playwright

from swift_store.dev import EmbeddedSwift

# How long an example takes says more about the machine than about the code.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")

PATIENCE_SECONDS = 20
PAUSE_SECONDS = 0.05
RELAY_BYTES = 65536


@pytest.fixture(scope="session")
def swift():
    """A running single-process cluster, whose background work passes every half second."""
    with EmbeddedSwift(background_seconds=0.5) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def connection(swift):
    """A swiftclient connection with a token for the cluster's account."""
    connection = swiftclient.Connection(swift.auth_url, swift.user, swift.key, retries=0)
    yield connection
    connection.close()


@pytest.fixture
def container(connection):
    """The name of a new, empty container; what is left in it disturbs nobody."""
    name = f"test-{uuid.uuid4().hex}"
    connection.put_container(name)
    return name


@pytest.fixture(scope="session")
def eventually():
    """A function that waits until its argument returns something true, and fails when that never comes."""

    def wait(condition):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, "this never came true"
            time.sleep(PAUSE_SECONDS)

    return wait


class Relay:
    """Stands between our code and Swift on a port of its own: counts, and can be cut."""

    def __init__(self, target):
        self.target = target
        self.lock = threading.Lock()
        self.connections = self.open = self.most_open = self.bytes = 0
        self._sockets = set()
        self._server = _Listener(("127.0.0.1", 0), _Relayed)
        self.port = self._server.server_port
        self._listen()

    def cut(self):
        """From now on nobody answers on this port, and open connections are gone."""
        self._server.shutdown()
        for one in list(self._sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
        self._thread.join()

    def mend(self):
        """The opposite of `cut`."""
        self._server = _Listener(("127.0.0.1", self.port), _Relayed)
        self._listen()

    def close(self):
        if self._thread.is_alive():
            self.cut()

    def carry(self, client, upstream):
        """Pass everything on in both directions until one side ends."""
        with self.lock:
            self._sockets |= {client, upstream}
            self.connections += 1
            self.open += 1
            self.most_open = max(self.most_open, self.open)
        back = threading.Thread(target=self._copy, args=(upstream, client, lambda _size: None))
        back.start()
        self._copy(client, upstream, self._count)
        back.join()
        with self.lock:
            self._sockets -= {client, upstream}
            self.open -= 1

    def _listen(self):
        self._server.relay = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def _count(self, size):
        with self.lock:
            self.bytes += size

    @staticmethod
    def _copy(source, target, count):
        with suppress(OSError):
            while chunk := source.recv(RELAY_BYTES):
                count(len(chunk))
                target.sendall(chunk)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 100

    @property
    def server_port(self):
        return self.server_address[1]


class _Relayed(socketserver.BaseRequestHandler):
    def handle(self):
        relay = self.server.relay
        with suppress(ConnectionError), socket.create_connection(relay.target) as upstream:
            relay.carry(self.request, upstream)


@pytest.fixture(scope="session")
def relay_to():
    """A function from a URL to a relay that stands before that server."""
    with ExitStack() as relays:

        def start(url):
            address = urlsplit(url)
            relay = Relay((address.hostname, address.port))
            relays.callback(relay.close)
            return relay

        yield start


@pytest.fixture(scope="session")
def launched_chromium():
    """A function that runs a real Chromium, the one that `make test` found or installed, for a while."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    # As root there is no sandbox; the rest keeps the browser from calling home.
    switches = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]

    @contextmanager
    def launch():
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=switches)
            yield browser
            browser.close()

    return launch
