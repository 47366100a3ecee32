"""Fixtures for attacks on a real site: short patience, few file descriptors, and an honest visitor."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
import threading
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from bench.hostile.attacker import attack
from bench.runner.ports import free_port

STOP_SECONDS = 20
# The site as it is, but with a patience that a test can wait for.
IMPATIENT = (
    "from direct_upload import server; server._IDLE_SECONDS = {idle}; server._BODY_SECONDS = {idle}; "
    "server._ANSWER_SECONDS = {idle}; "
    "from direct_upload.__main__ import main; main()"
)


@dataclass(frozen=True)
class Site:
    url: str
    process: psutil.Process
    log_path: Path

    @property
    def log(self):
        return self.log_path.read_text()

    @property
    def connections(self):
        """Open connections of clients."""
        port = int(self.url.rpartition(":")[2])
        found = self.process.net_connections("tcp")
        return [one for one in found if one.laddr.port == port and one.status == psutil.CONN_ESTABLISHED]

    @property
    def peak_bytes(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


@pytest.fixture(scope="module")
def start_site(swift, tmp_path_factory, eventually):
    """A function that starts a prepared site, with so many file descriptors and seconds of patience."""

    @contextmanager
    def start(*, idle=60, files=4096):
        folder = tmp_path_factory.mktemp("site")
        environ = os.environ | {
            **swift.environ,
            "DIRECT_UPLOAD_SECRET": "an application secret of the tests, long enough",
            "DIRECT_UPLOAD_CONTAINER": f"hostile-{uuid.uuid4().hex}",
            "DIRECT_UPLOAD_PORT": str(free_port()),
        }
        setup = [sys.executable, "-m", "direct_upload", "setup"]
        subprocess.run(setup, env=environ, cwd=folder, check=True, capture_output=True)
        limited = ["sh", "-c", f'ulimit -n {files}; exec "$@"', "site"]
        serve = [*limited, sys.executable, "-c", IMPATIENT.format(idle=idle), "serve"]
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(serve, env=environ, cwd=folder, stdout=subprocess.PIPE, stderr=log) as process,
        ):
            try:
                url = process.stdout.readline().decode().removeprefix("Serving on ").strip()
                eventually(lambda: httpx.get(f"{url}/readyz").status_code == 200)
                yield Site(url.replace("localhost", "127.0.0.1"), psutil.Process(process.pid), folder / "log")
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(STOP_SECONDS)

    return start


@pytest.fixture
def attacking():
    """A context in which an attack goes on; what it gives becomes the attacker's tally when it has ended."""
    # The attacker is in this process, and many systems begin with few descriptors.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    @contextmanager
    def attack_in_background(site, wanted, seconds):
        tallies = []
        thread = threading.Thread(
            target=lambda: tallies.append(asyncio.run(attack(site.url, wanted, seconds))), name="attacker"
        )
        thread.start()
        try:
            yield tallies
        finally:
            thread.join()

    yield attack_in_background
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
