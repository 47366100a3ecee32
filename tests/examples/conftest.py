"""The examples, each as its line in examples/README.md starts it, and people who open them in Chromium."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 20
PATIENCE_MS = 60_000
LINE = re.compile(r"`(python (examples/(\w+)/app\.py))`")


def lines():
    """The command of each example by the example's name."""
    readme = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    return {name: command for command, _, name in LINE.findall(readme)}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environ():
    """The environment of this process without what would configure a site."""
    return {name: value for name, value in os.environ.items() if not re.match("DIRECT_UPLOAD_|ST_|OS_", name)}


@dataclass
class Example:
    """A running example."""

    name: str
    url: str
    process: subprocess.Popen

    @property
    def answers(self):
        assert self.process.poll() is None, f"{self.name} has ended"
        try:
            return httpx.get(self.url).status_code == 200
        except httpx.TransportError:
            return False

    def end(self):
        # As Ctrl-C does it: the embedded Swift ends with it.
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        finally:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module", params=sorted(lines()))
def example(request, tmp_path_factory, eventually):
    """Each of the examples, with a Swift of its own."""
    port = free_port()
    folder = tmp_path_factory.mktemp(request.param)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *shlex.split(lines()[request.param])[1:], "--port", str(port)],
            cwd=ROOT,
            env=clean_environ() | {"DIRECT_UPLOAD_DATA_DIR": str(folder / "data")},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    running = Example(request.param, f"http://localhost:{port}", process)
    eventually(lambda: running.answers)
    yield running
    running.end()


@pytest.fixture(scope="module")
def chromium(launched_chromium):
    """A real Chromium, for this module only: where it runs, nothing else can run an event loop."""
    with launched_chromium() as browser:
        yield browser


class Visit:
    """A person on an example's page."""

    def __init__(self, page, url):
        self.page, self.url = page, url
        self.element = page.locator("direct-upload")

    def sign_in(self, name):
        self.page.goto(self.url)
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.element).to_be_visible()
        return self

    def choose(self, *files):
        self.element.locator("input").set_input_files(list(files))

    def row(self, name):
        return self.element.get_by_role("listitem").filter(has=self.page.get_by_text(name, exact=True))

    def expect_stored(self, name):
        expect(self.row(name)).to_contain_text("Stored", timeout=PATIENCE_MS)

    def files(self):
        """What the person's own list says."""
        answer = self.page.request.get(f"{self.url}/uploads/api/files")
        assert answer.status == 200
        return answer.json()["files"]

    def count(self, event):
        """Count an event of the element from now on, in `window.heard`."""
        self.element.evaluate(
            "(element, event) => { window.heard = [];"
            "element.addEventListener(event, ({ detail }) => heard.push(detail)) }",
            event,
        )


@pytest.fixture
def visit(chromium, example):
    """A function that opens the example as a person whose browser knows nobody yet; no page may throw."""
    complaints = []
    with ExitStack() as contexts:

        @contextmanager
        def opened():
            context = chromium.new_context(accept_downloads=True)
            yield context.new_page()
            context.close()

        def open_as(name):
            page = contexts.enter_context(opened())
            page.on("pageerror", lambda error: complaints.append(str(error)))
            return Visit(page, example.url).sign_in(name)

        yield open_as
    assert complaints == []
