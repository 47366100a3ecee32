"""One burst of requests by wrk, and what it cost the server."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

_SCRIPT: Final = Path(__file__).with_name("request.lua")
_CONNECTIONS: Final = 16
_END_SECONDS: Final = 30.0


class LoadFailed(Exception):
    """wrk is missing, did not run, or was refused; the message says what to do."""


@dataclass(frozen=True)
class Ask:
    """The request that is repeated; each begins so many uploads."""

    url: str
    method: str = "GET"
    body: str | None = None
    cookie: str | None = None
    uploads: int = 1

    def environ(self) -> dict[str, str]:
        """What `request.lua` reads."""
        found = {"BENCH_METHOD": self.method, "BENCH_BODY": self.body, "BENCH_COOKIE": self.cookie}
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True)
class Burst:
    """What came of it. `p50` and `p99` are a request's waits in seconds, `cpu_seconds` the server's."""

    uploads: int
    seconds: float
    p50: float
    p99: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Uploads a second."""
        return self.uploads / self.seconds

    @property
    def cpu_microseconds(self) -> float:
        """The server's CPU time for one upload."""
        return self.cpu_seconds / self.uploads * 1e6


def burst(ask: Ask, seconds: int, server_pid: int, environ: Mapping[str, str]) -> Burst:
    """Ask as fast as the server with this warden answers. Raises `LoadFailed` when it refuses anything."""
    before = cpu_seconds(server_pid)
    told = _wrk(ask, seconds, environ)
    spent = cpu_seconds(server_pid) - before
    if told["refused"] or told["broken"] or not told["requests"]:
        raise LoadFailed(
            f"{ask.url} answered {told['requests']} requests, refused {told['refused']}, "
            f"and {told['broken']} connections failed"
        )
    return Burst(int(told["requests"]) * ask.uploads, told["seconds"], told["p50"], told["p99"], spent)


def cpu_seconds(pid: int) -> float:
    """What a process and all that came of it have used so far."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(sum(process.cpu_times()[:2]) for process in family)


def _wrk(ask: Ask, seconds: int, environ: Mapping[str, str]) -> dict[str, float]:
    if shutil.which("wrk") is None:
        raise LoadFailed("there is no wrk on PATH: install it (Debian: apt-get install wrk)")
    command = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{seconds}s", "-s", str(_SCRIPT), ask.url]
    done = subprocess.run(  # noqa: S603 - our own command
        command,
        env={**environ, **ask.environ()},
        capture_output=True,
        text=True,
        timeout=seconds + _END_SECONDS,
        check=False,
    )
    if done.returncode:
        raise LoadFailed(f"wrk failed: {done.stderr.strip() or done.stdout.strip()}")
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told
