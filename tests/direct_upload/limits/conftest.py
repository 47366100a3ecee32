"""Fixtures for limits and hooks: a server of somebody else that listens, and sites that know it."""

import base64
import json
import os
import queue
import threading
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from standardwebhooks import Webhook

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
PATIENCE_SECONDS = 20


class Receiver:
    """Another server: remembers what it was sent, believes only what is signed, answers what it is told to.

    `answers` are (status, body) pairs or functions of the message; the last one is given ever after.
    """

    def __init__(self, port=0):
        self.messages, self.answers = queue.Queue(), [(200, b"")]
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _Listening)
        self._server.daemon_threads = True
        self._server.receiver = self
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/hook?key=hidden"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def answer_with(self, *answers):
        self.answers = list(answers)

    def next(self, about=None):
        """The next message that comes, or the next about a file: its headers and its JSON."""
        while True:
            headers, message = self.messages.get(timeout=PATIENCE_SECONDS)
            if about is None or message["data"]["id"] == about["id"]:
                return headers, message

    def rest(self):
        """All messages that have come and were not asked for."""
        found = []
        while not self.messages.empty():
            found.append(self.messages.get_nowait())
        return found

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def heard(self, headers, body):
        Webhook(SECRET).verify(body, dict(headers))
        message = json.loads(body)
        self.messages.put((headers, message))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(message) if callable(answer) else answer


class _Listening(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, answer = self.server.receiver.heard(self.headers, body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def receiver_at():
    """A function that starts a receiver, on a port if one is given."""
    with ExitStack() as receivers:

        def start(port=0):
            receiver = Receiver(port)
            receivers.callback(receiver.close)
            return receiver

        yield start


@pytest.fixture(scope="module")
def receiver(receiver_at):
    return receiver_at()


@pytest.fixture(scope="session")
def sites(run_site, ready):
    """A context with a function that starts a site with this environment; all of them end with it."""

    @contextmanager
    def begun():
        with ExitStack() as running:

            def run(environ):
                site = run_site(environ)
                running.callback(site.end)
                ready(site)
                return site

            yield run

    return begun


@pytest.fixture(scope="module")
def start(sites):
    """A function that starts a site with this environment and waits until it is ready."""
    with sites() as run:
        yield run


@pytest.fixture(scope="module")
def site_with(prepared, start):
    """A function that starts a site with these settings."""
    return lambda **settings: start(prepared(webhook_secret=SECRET, **settings))


@pytest.fixture(scope="session")
def policy(tmp_path_factory):
    """A function that writes a policy's module, and returns the environment in which it is found."""

    def write(text):
        folder = tmp_path_factory.mktemp("policy")
        (folder / "site_policy.py").write_text(text)
        path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
        return {"PYTHONPATH": path, "DIRECT_UPLOAD_POLICY": "site_policy:decide"}

    return write


@pytest.fixture
def signed():
    """A function that posts a signed message to a site's address for decisions."""

    def post(api, message, secret=SECRET):
        body = json.dumps(message)
        now = datetime.now(UTC)
        headers = {
            "webhook-id": "an_id",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign("an_id", now, body),
        }
        return api.post("/api/hooks/release", content=body, headers=headers)

    return post
