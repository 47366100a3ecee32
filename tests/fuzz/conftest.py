"""Fixtures for fuzzing: a site with a real Swift behind it, and how many examples are tried.

`FUZZ_EXAMPLES=1000 pytest tests/fuzz` tries more than the few, always the same, of `make test`.
"""

import os
import signal
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, settings

from bench.runner.ports import free_port

EXAMPLES = os.environ.get("FUZZ_EXAMPLES")
STOP_SECONDS = 20

for name, few in {"contract": 12, "journeys": 50, "parsing": 100}.items():
    settings.register_profile(
        name,
        max_examples=int(EXAMPLES or few),
        derandomize=EXAMPLES is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        stateful_step_count=10,
    )


@dataclass(frozen=True)
class Site:
    url: str
    log_path: Path

    @property
    def log(self):
        return self.log_path.read_text()


@pytest.fixture(scope="module")
def site(swift, tmp_path_factory, eventually):
    """A prepared `direct-upload serve` on a container of its own."""
    folder = tmp_path_factory.mktemp("site")
    environ = os.environ | {
        **swift.environ,
        "DIRECT_UPLOAD_SECRET": "an application secret of the tests, long enough",
        "DIRECT_UPLOAD_CONTAINER": f"fuzz-{uuid.uuid4().hex}",
        "DIRECT_UPLOAD_PORT": str(free_port()),
    }
    command = [sys.executable, "-m", "direct_upload"]
    subprocess.run([*command, "setup"], env=environ, cwd=folder, check=True, capture_output=True)
    log_path = folder / "log"
    with (
        log_path.open("wb") as log,
        subprocess.Popen(
            [*command, "serve"], env=environ, cwd=folder, stdout=subprocess.PIPE, stderr=log
        ) as process,
    ):
        try:
            site = Site(process.stdout.readline().decode().removeprefix("Serving on ").strip(), log_path)
            eventually(lambda: httpx.get(f"{site.url}/readyz").status_code == 200)
            yield site
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_SECONDS)
