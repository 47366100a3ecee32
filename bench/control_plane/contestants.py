"""The servers that are compared, each running alone on the server's CPU."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.architectures import CONTENDERS, Way
from bench.control_plane.load import Ask
from bench.runner.placement import Placement
from bench.runner.ports import free_port, url
from bench.runner.server import Launch, running, wait_until_ready
from bench.runner.ward import Ward
from bench.users.connection import Connection, Request, Traffic
from swift_store.declarations import variable

_COMPANION: Final = Path(__file__).with_name("companion")
_EMBEDDED: Final = Path(__file__).parents[2] / "examples" / "asgi_site" / "app.py"
_SITE: Final = next(one for one in CONTENDERS if one.way is Way.DIRECT)
_WISH: Final = {"name": "holiday.mp4", "size": 100 << 20, "type": "video/mp4"}
_BATCH: Final = 100
_INSTALL_SECONDS: Final = 600.0
_ANSWER_SECONDS: Final = 10.0


class CompanionMissing(Exception):
    """Companion could not be installed; the message has npm's words."""


@dataclass(frozen=True)
class Running:
    """A server, by its warden's process id, and the request that begins an upload there."""

    pid: int
    ask: Ask


@contextmanager
def site(
    placed: Placement, environ: Mapping[str, str], scratch: Path, event_loop: str
) -> Iterator[tuple[Running, Running]]:
    """Our site with one process, asked by a browser that was there before: one by one, and in batches."""
    port = free_port()
    scratch /= event_loop
    scratch.mkdir()
    environ = {**environ, variable("event_loop"): event_loop}
    with running(Launch(_SITE, 1, port, environ, placed.app), scratch) as (ward,):
        cookie = _cookie(url(port))
        one = Ask(f"{url(port)}/api/uploads", "POST", json.dumps(_WISH), cookie)
        wishes = json.dumps({"uploads": [_WISH] * _BATCH})
        many = Ask(f"{url(port)}/api/uploads/batch", "POST", wishes, cookie, _BATCH)
        yield Running(ward.pid, one), Running(ward.pid, many)


@contextmanager
def embedded(placed: Placement, environ: Mapping[str, str], scratch: Path) -> Iterator[Running]:
    """The ASGI example: our core in a site of Starlette on uvicorn, asked by somebody who has signed in."""
    port = free_port()
    command = [sys.executable, str(_EMBEDDED), "--port", str(port)]
    with Ward(command, scratch / "embedded.log", placed.app, environ=environ) as ward:
        wait_until_ready(f"{url(port)}/", [ward])
        cookie = _session(url(port))
        yield Running(ward.pid, Ask(f"{url(port)}/uploads/api/uploads", "POST", json.dumps(_WISH), cookie))


@contextmanager
def bare(placed: Placement, scratch: Path) -> Iterator[Running]:
    """A Tornado handler that does nothing but sign: what any site in Tornado can reach."""
    port = free_port()
    command = [sys.executable, "-m", "bench.control_plane.bare", str(port)]
    with Ward(command, scratch / "bare.log", placed.app) as ward:
        wait_until_ready(f"{url(port)}/", [ward])
        yield Running(ward.pid, Ask(f"{url(port)}/", "POST", json.dumps(_WISH)))


@contextmanager
def companion(placed: Placement, scratch: Path) -> Iterator[Running]:
    """Uppy Companion, in production mode."""
    port = free_port()
    files = scratch / "companion"
    files.mkdir()
    command = ["node", str(_COMPANION / "server.mjs"), str(port), str(files)]
    with Ward(command, scratch / "companion.log", placed.app, environ={"NODE_ENV": "production"}) as ward:
        wait_until_ready(f"{url(port)}/ready", [ward])
        yield Running(ward.pid, Ask(f"{url(port)}/companion/s3/params?filename=holiday.mp4&type=video/mp4"))


def install_companion() -> None:
    """Install the locked packages, if they are not there. Raises `CompanionMissing`."""
    lock = _COMPANION / "package-lock.json"
    stamp = _COMPANION / "node_modules" / ".installed"
    if stamp.is_file() and stamp.read_text() == lock.read_text():
        return
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise CompanionMissing("Companion needs Node with npm on PATH")
    done = subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund"],  # noqa: S607 - on PATH
        cwd=_COMPANION,
        capture_output=True,
        text=True,
        timeout=_INSTALL_SECONDS,
        check=False,
    )
    if done.returncode:
        raise CompanionMissing(f"npm could not install Companion: {done.stderr.strip()}")
    stamp.write_text(lock.read_text())


def _cookie(address: str) -> str:
    return _cookie_after(address, Request("GET", "/api/files"), 200)


def _session(address: str) -> str:
    form = b"person=ann"
    length = {"Content-Length": str(len(form))}
    return _cookie_after(address, Request("POST", "/sign-in", length, [form]), 303)


def _cookie_after(address: str, request: Request, status: int) -> str:
    with Connection(address, Traffic(), timeout=_ANSWER_SECONDS) as connection:
        answer = connection.ask(request).expect(status)
    return answer.headers["Set-Cookie"].partition(";")[0]
