"""The server under test: started as anybody would start it, and asked until it answers."""

import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from bench.architectures import Contender
from bench.runner.ports import HOST, free_port, url
from bench.runner.ward import Place, Ward
from bench.users.connection import FAILURES, Connection, Request, Traffic

_START_SECONDS = 30.0
_PAUSE_SECONDS = 0.02
_ANSWER_SECONDS = 5.0


class ServerFailed(Exception):
    """The server under test did not start, or did not go on; the message has its last words. A result."""


@dataclass(frozen=True)
class Launch:
    """What to start, and where: `environ` names the Swift to use."""

    contender: Contender
    workers: int
    port: int
    environ: Mapping[str, str]
    place: Place


@contextmanager
def running(launch: Launch, scratch: Path) -> Iterator[tuple[Ward, ...]]:
    """Start a server, with temporary files in SCRATCH/spool; yield its wards when it is ready."""
    spool = scratch / "spool"
    spool.mkdir()
    settings = dict(launch.environ) | {"TMPDIR": str(spool), "PROXY_UPLOAD_SPOOL_DIR": str(spool)}
    with ExitStack() as started:
        wards = []
        inner = launch.port
        if launch.contender.behind_nginx:
            inner = free_port()
            wards.append(started.enter_context(_nginx(scratch, launch.port, inner, launch.place)))
        command = launch.contender.command(launch.workers, inner)
        log = scratch / "server.log"
        wards.append(started.enter_context(Ward(command, log, launch.place, environ=settings, remove=spool)))
        wait_until_ready(url(launch.port) + launch.contender.ready, wards)
        yield tuple(wards)


def wait_until_ready(page: str, wards: Sequence[Ward]) -> None:
    """Ask for PAGE until it is answered; `ServerFailed` when one of WARDS has ended, or it takes too long."""
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(page):
        for ward in wards:
            ward.require_running(ServerFailed)
        if time.monotonic() > deadline:
            words = " ".join(ward.last_words() for ward in wards)
            raise ServerFailed(f"was not ready within {_START_SECONDS:.0f} seconds: {words}")
        time.sleep(_PAUSE_SECONDS)


def _answers(page: str) -> bool:
    with Connection(page, Traffic(), timeout=_ANSWER_SECONDS) as connection:
        try:
            return connection.ask(Request("GET", urlsplit(page).path)).status == HTTPStatus.OK
        except FAILURES:
            return False


def _nginx(scratch: Path, port: int, upstream: int, place: Place) -> Ward:
    folder = scratch / "nginx"
    folder.mkdir()
    configuration = folder / "nginx.conf"
    configuration.write_text(_nginx_configuration(folder, port, upstream))
    nginx = shutil.which("nginx") or "nginx"
    command = [nginx, "-p", str(folder), "-c", str(configuration), "-e", "stderr"]
    return Ward(command, scratch / "nginx.log", place, remove=folder)


def _nginx_configuration(folder: Path, port: int, upstream: int) -> str:
    # Started by root, nginx would give its worker another user, who has no access to this folder.
    user = "user root;" if os.geteuid() == 0 else ""
    paths = "\n".join(
        f"    {kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr; {user}
events {{ worker_connections 4096; }}
http {{
{paths}
    access_log off;
    client_max_body_size 0;
    proxy_request_buffering on;
    proxy_read_timeout 300s;
    server {{
        listen {HOST}:{port} backlog=2048;
        location / {{ proxy_pass http://{HOST}:{upstream}; }}
    }}
}}
"""
