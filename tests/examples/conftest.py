"""The examples, each as its line in examples/README.md starts it, and people who open them in Chromium."""

import os
import re
import shlex
import signal
import subprocess
import sys
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from bench.runner.ports import free_port

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 60
PATIENCE_MS = 60_000
LINE = re.compile(r"`(python (examples/(\w+)/app\.py))`")


def lines():
    """The command of each example by the example's name."""
    readme = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    return {name: command for command, _, name in LINE.findall(readme)}


def clean_environ():
    """The environment of this process without what would configure a site."""
    return {name: value for name, value in os.environ.items() if not re.match("DIRECT_UPLOAD_|ST_|OS_", name)}


@dataclass
class Example:
    """A running example."""

    name: str
    url: str
    process: subprocess.Popen
    log: Path

    @property
    def answers(self):
        assert self.process.poll() is None, self.log.read_text()
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


@pytest.fixture(scope="session")
def run_example(tmp_path_factory, eventually):
    """A function that starts an example by its name, with a Swift of its own; once, for all tests."""
    examples = {}

    def run(name):
        if name not in examples:
            examples[name] = started(name, tmp_path_factory.mktemp(name))
        eventually(lambda: examples[name].answers)
        return examples[name]

    yield run
    # One that does not end keeps no other from it.
    with ExitStack() as ends:
        for example in examples.values():
            ends.callback(example.end)


def started(name, folder):
    port, log_path = free_port(), folder / "log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *shlex.split(lines()[name])[1:], "--port", str(port)],
            cwd=ROOT,
            env=clean_environ() | {"DIRECT_UPLOAD_DATA_DIR": str(folder / "data")},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    return Example(name, f"http://localhost:{port}", process, log_path)


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
        expect(self.element).to_be_visible(timeout=PATIENCE_MS)
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

    def listen(self, event):
        """Keep what the element tells by this event from now on, in `window.heard`."""
        self.element.evaluate(
            "(element, event) => { window.heard = [];"
            "element.addEventListener(event, ({ detail }) => heard.push(detail)) }",
            event,
        )

    def heard(self, count):
        """What the event has told, once it has come COUNT times."""
        self.page.wait_for_function("count => heard.length >= count", arg=count)
        return self.page.evaluate("heard")

    def hold(self):
        """Let no segment reach Swift, until `let_go`."""
        self.page.route("**/segments/**", lambda _route: None)

    def let_go(self):
        self.page.unroute("**/segments/**")


@pytest.fixture
def visit(chromium):
    """A function that opens an example as a person whose browser knows nobody yet; no page may throw."""
    complaints = []
    with ExitStack() as contexts:

        @contextmanager
        def opened(options):
            context = chromium.new_context(accept_downloads=True, **options)
            yield context.new_page()
            context.close()

        def open_as(name, example, **options):
            page = contexts.enter_context(opened(options))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda message: complaints.append(message.text) if is_bad(message) else None)
            # Nobody before had this name, so whoever comes has no files yet.
            return Visit(page, example.url).sign_in(f"{name}-{uuid.uuid4().hex[:8]}")

        yield open_as
    assert complaints == []


def is_bad(message):
    return "Content Security" in message.text
