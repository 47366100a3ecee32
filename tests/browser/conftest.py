"""Fixtures for end-to-end tests: the site, reached through a relay that counts bytes, and a real Chromium."""

import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest
from playwright.sync_api import expect

from bench.runner.ports import free_port
from swift_store.dev import EmbeddedSwift
from tools.frontend import Frontend
from tools.node import find_node

SECRET = "an application secret that only the tests know"
MIB = 1 << 20
PATIENCE_MS = 120_000


@pytest.fixture(scope="session")
def build_page(tmp_path_factory):
    """A function that builds the page in one of our folders, by Vite with the front end's own packages."""

    def build(name):
        folder = tmp_path_factory.mktemp(name) / "page"
        shutil.copytree(Path(__file__).parent / name, folder)
        packages = Frontend().sources / "node_modules"
        (folder / "node_modules").symlink_to(packages)
        environment = find_node().environment(os.environ)
        subprocess.run([packages / ".bin" / "vite", "build"], cwd=folder, env=environment, check=True)
        return folder / "dist"

    return build


@dataclass
class Site:
    """`direct-upload serve` as a process, and the address under which people open it."""

    environ: dict[str, str]
    port: int
    relay: object
    process: subprocess.Popen | None = field(default=None)

    @property
    def url(self):
        return f"http://localhost:{self.relay.port}"

    def run(self, *arguments):
        return [sys.executable, "-m", "direct_upload", *arguments]

    def start(self):
        self.process = subprocess.Popen(
            self.run("serve", "--port", str(self.port)),
            env=os.environ | self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self.process.stdout.readline().startswith(b"Serving on")
        ready = httpx.HTTPTransport(retries=5)
        with httpx.Client(transport=ready) as client:
            client.get(f"http://127.0.0.1:{self.port}/healthz").raise_for_status()

    def kill(self):
        self.process.kill()
        self._reap()

    def stop(self):
        self.process.terminate()
        self._reap()

    def _reap(self):
        self.process.wait(20)
        self.process.stdout.close()

    @property
    def usage(self):
        """CPU seconds and resident bytes of the site's process so far."""
        process = psutil.Process(self.process.pid)
        times = process.cpu_times()
        return times.user + times.system, process.memory_info().rss


@pytest.fixture(scope="session")
def big_swift():
    """A cluster of its own: what these tests leave in it is big, and goes with it."""
    with EmbeddedSwift() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def site(big_swift, relay_to):
    """A running, prepared site. Every browser context is an owner of its own, so tests don't meet in it."""
    with running_site(big_swift, relay_to) as site:
        yield site


@pytest.fixture
def own_site(big_swift, relay_to):
    """A site that a test may kill or set otherwise."""
    with running_site(big_swift, relay_to) as site:
        yield site


@contextmanager
def running_site(swift, relay_to):
    port = free_port()
    relay = relay_to(f"http://127.0.0.1:{port}")
    environ = {
        **swift.environ,
        "DIRECT_UPLOAD_SECRET": SECRET,
        "DIRECT_UPLOAD_HOST": "127.0.0.1",
        "DIRECT_UPLOAD_CONTAINER": f"browser-{port}",
        "DIRECT_UPLOAD_ORIGINS": f"http://localhost:{relay.port}",
    }
    site = Site(environ, port, relay)
    subprocess.run(site.run("setup"), env=os.environ | environ, check=True, stdout=subprocess.DEVNULL)
    site.start()
    try:
        yield site
    finally:
        site.stop()


@pytest.fixture(scope="module")
def chromium(launched_chromium):
    """A real Chromium, for a module only: where it runs, nothing else can run an event loop."""
    with launched_chromium() as browser:
        yield browser


class UploadPage:
    """The page in a browser, with what a person does on it."""

    def __init__(self, page):
        self.page = page

    def choose(self, *files):
        """Choose paths, or dictionaries of name, mimeType and buffer."""
        self.page.get_by_test_id("file-input").set_input_files(list(files))

    def upload_of(self, name):
        return self.page.get_by_test_id("upload-row").filter(has=self.page.get_by_text(name, exact=True))

    def stored(self, name):
        return self.page.get_by_test_id("file-row").filter(has=self.page.get_by_text(name, exact=True))

    def expect_stored(self, name):
        expect(self.stored(name)).to_be_visible(timeout=PATIENCE_MS)

    def download(self, name, folder):
        """Download a file as a person would; return where it is, and the name that the browser gives it."""
        with self.page.expect_download() as waiting:
            self.stored(name).get_by_test_id("file-download").click()
        path = folder / "downloaded"
        waiting.value.save_as(path)
        return path, waiting.value.suggested_filename


@contextmanager
def opened(chromium, site):
    complaints = []
    context = chromium.new_context(accept_downloads=True)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if "Content Security" in message.text else None,
    )
    page.goto(site.url)
    try:
        yield UploadPage(page)
    finally:
        context.close()
    assert complaints == []


@pytest.fixture
def uploads(chromium, site):
    """The site's page, opened; the test fails when it broke its content security policy or threw."""
    with opened(chromium, site) as page:
        yield page


@pytest.fixture
def own_uploads(chromium, own_site):
    """The same for the site that a test may kill."""
    with opened(chromium, own_site) as page:
        yield page


@pytest.fixture
def make_file(tmp_path):
    """A function that writes a file of random bytes and returns its path."""

    def make(name, size):
        path = tmp_path / name
        with path.open("wb") as file:
            for offset in range(0, size, MIB):
                file.write(os.urandom(min(MIB, size - offset)))
        return path

    return make


@pytest.fixture(scope="session")
def digest():
    """A function that hashes a file."""

    def sha256(path):
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    return sha256
