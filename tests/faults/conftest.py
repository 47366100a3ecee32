"""Fixtures for the fault matrix: a server that tells what it heard, and a proxy before it."""

import os
import shutil
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.faults.proxy import FaultProxy


class Echo(BaseHTTPRequestHandler):
    """Answers what it was sent, and remembers it."""

    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            return
        self.server.heard.append((self.command, self.path, body))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Listener(ThreadingHTTPServer):
    def handle_error(self, *_):
        """Faults end connections in the middle: nothing to tell of."""


@pytest.fixture
def server():
    """A server whose `heard` are the requests that reached it whole."""
    with Listener(("127.0.0.1", 0), Echo) as server:
        server.heard = []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def proxy(server):
    with FaultProxy(server.server_address) as proxy:
        yield proxy


@pytest.fixture
def is_listening():
    """A function that says whether somebody takes connections at a proxy's port."""

    def ask(proxy):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", proxy.port)) == 0

    return ask


@pytest.fixture(scope="session")
def chromium_path():
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
