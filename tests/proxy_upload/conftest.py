"""Fixtures for the proxy ways: sites of every variant on the embedded Swift, and a client that can
misbehave.
"""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from swift_store import account
from swift_store.client import SwiftClient
from swift_store.credentials import credentials_from
from swift_store.tickets import owner_cookie, seal_owner

SECRET = "0123456789abcdef" * 4
BOUNDARY = "----boundary-of-a-browser"
ANSWER_SECONDS = 20


@dataclass(frozen=True)
class Variant:
    """One of the ways: where bytes go, what serves, how bodies are read."""

    push: str
    worker: str
    input: str = "plain"

    def __str__(self):
        return f"{self.push}-{self.worker}-{self.input}"


VARIANTS = (
    Variant("spool", "sync"),
    Variant("spool", "gthread"),
    Variant("spool", "gevent"),
    Variant("spool", "gevent", "cooperative"),
    Variant("background", "gthread"),
    Variant("background", "gevent", "cooperative"),
    Variant("stream", "sync"),
    Variant("stream", "gthread"),
    Variant("stream", "gevent", "cooperative"),
    Variant("stream", "tornado"),
)


@dataclass
class Answer:
    """What came back; `status` None when the connection closed without a word."""

    status: int | None
    headers: dict = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["code"] if self.status else None


class Connection:
    """A raw connection to a site, for requests that no well-behaved client would send."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS)

    def send(self, data):
        with contextlib.suppress(ConnectionError):
            self.socket.sendall(data)

    def end_sending(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def answer(self):
        response = http.client.HTTPResponse(self.socket)
        try:
            response.begin()
            return Answer(response.status, dict(response.headers), response.read())
        except (http.client.HTTPException, ConnectionError):
            return Answer(None)
        finally:
            response.close()
            self.socket.close()


@dataclass
class Site:
    """A running site, and one visitor with a cookie of its own."""

    port: int
    process: subprocess.Popen
    spool: Path
    client: SwiftClient
    container: str
    variant: Variant | None = None
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)

    def request_head(self, method, path, **headers):
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}", f"Cookie: {self.cookie}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()

    @property
    def cookie(self):
        return f"{owner_cookie(over_https=False)}={seal_owner(self.owner, [SECRET])}"

    def connect(self):
        return Connection(self.port)

    def get(self, path, **headers):
        connection = self.connect()
        connection.send(self.request_head("GET", path, Connection="close", **headers))
        return connection.answer()

    def post(self, body, **headers):
        """Send a form and read the answer."""
        headers = {"Content_Type": f"multipart/form-data; boundary={BOUNDARY}", **headers}
        connection = self.connect()
        connection.send(self.request_head("POST", "/upload", Content_Length=len(body), **headers))
        connection.send(body)
        return connection.answer()

    def download(self, path):
        """Follow the redirect to Swift, and read the file."""
        location = urlsplit(self.get(path).headers["Location"])
        connection = http.client.HTTPConnection(location.netloc, timeout=ANSWER_SECONDS)
        with contextlib.closing(connection):
            connection.request("GET", f"{location.path}?{location.query}")
            response = connection.getresponse()
            return Answer(response.status, dict(response.headers), response.read())

    def objects(self):
        """The names of the visitor's objects in Swift."""
        prefix = f"files/{self.owner}/"
        return [one["name"] for one in self.client.list_objects(self.container, prefix=prefix, limit=1000)]

    def spooled_files(self):
        """What lies in the spool's folders, besides the queue's table and the locks."""
        folders = [self.spool / "temporary", self.spool / "queue"]
        return [path.name for folder in folders if folder.exists() for path in folder.iterdir()]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(ANSWER_SECONDS)


def site_environment(swift, container, **settings):
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("ST_", "OS_"))}
    chosen = {f"PROXY_UPLOAD_{name.upper()}": str(value) for name, value in settings.items()}
    ours = {"DIRECT_UPLOAD_SECRET": SECRET, "DIRECT_UPLOAD_CONTAINER": container}
    return {**environ, **swift.environ, **ours, **chosen}


@pytest.fixture(scope="session")
def proxy_container(swift):
    """A container prepared for uploads, and a client for it."""
    name = f"proxy-{uuid.uuid4().hex}"
    client = SwiftClient(credentials_from(swift.environ), connections=2, timeout=ANSWER_SECONDS)
    account.prepare(client, name, [SECRET], ["http://localhost:1"])
    yield name, client
    client.close()


@pytest.fixture(scope="session")
def start_site(swift, proxy_container, tmp_path_factory):
    """A function that starts a site of a variant, with settings; all of them stop at the end."""
    container, client = proxy_container
    sites = []

    def start(variant, swift_environ=swift, **settings):
        spool = Path(settings.pop("spool_dir", None) or tmp_path_factory.mktemp("spool"))
        served = settings.pop("container", container)
        settings = {"workers": 1, "client_timeout": 1, "stop_timeout": 1, **settings}
        environ = site_environment(
            swift_environ, served, push=variant.push, worker=variant.worker, input=variant.input,
            spool_dir=spool, port=0, **settings,
        )  # fmt: skip
        errors = (spool / "errors.txt").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "proxy_upload"], env=environ, stdout=subprocess.PIPE, stderr=errors
        )
        errors.close()
        line = process.stdout.readline().decode()
        process.stdout.close()
        port = int(line.split("localhost:")[1].split()[0])
        sites.append(Site(port, process, spool, client, container, variant))
        return sites[-1]

    yield start
    running = [site for site in sites if site.process.poll() is None]
    for site in running:
        site.process.terminate()
    for site in running:
        site.process.wait(ANSWER_SECONDS)


@pytest.fixture(scope="session")
def site_of(start_site):
    """A function that gives the shared site of a variant, to a visitor that nobody else is."""
    running = {}

    def site(variant):
        if variant not in running:
            running[variant] = start_site(variant, max_body=8 << 20)
        shared = running[variant]
        return Site(shared.port, shared.process, shared.spool, shared.client, shared.container, variant)

    return site


@pytest.fixture(params=VARIANTS, ids=str)
def site(request, site_of):
    """A site of each variant in turn."""
    return site_of(request.param)


@pytest.fixture(scope="session")
def variants():
    """The variants by their names."""
    return {str(variant): variant for variant in VARIANTS}


@pytest.fixture
def streaming(site_of):
    """The site that streams on gevent, for what does not depend on the variant."""
    return site_of(Variant("stream", "gevent", "cooperative"))


@pytest.fixture(scope="session")
def form():
    """A function that makes a form from parts, each `(disposition, headers, content)`."""

    def make(*parts, end=True):
        pieces = []
        for disposition, headers, content in parts:
            head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n"
            pieces += [
                head.encode(),
                "".join(f"{one}\r\n" for one in headers).encode(),
                b"\r\n",
                content,
                b"\r\n",
            ]
        return b"".join([*pieces, f"--{BOUNDARY}--\r\n".encode() if end else b""])

    return make


@pytest.fixture(scope="session")
def file_form(form):
    """A function that makes the form that a browser sends for one file."""

    def make(content, name="a.bin", content_type="application/x-thing"):
        return form((f'name="file"; filename="{name}"', [f"Content-Type: {content_type}"], content))

    return make
