"""What is measured: nginx in front of Swift without buffering, and the streaming ways of the application."""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from bench.runner.ports import free_port
from bench.streaming.senders import Request, form
from swift_store.dev import EmbeddedSwift

CONTAINER = "streaming-bench"
_SECRET = uuid.uuid4().hex * 2
_NGINX = "nginx"
_START_SECONDS = 20.0

_NGINX_CONF = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  client_max_body_size 0;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {swift};
      proxy_http_version 1.1;
      proxy_request_buffering off;
      proxy_set_header Connection "";
    }}
  }}
}}
"""


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, its process, and what a client sends to store a file."""

    port: int
    process: psutil.Process
    token: str | None = None
    account_path: str = ""

    def request(self, size: int) -> Request:
        if self.token is None:
            return form(size)
        path = f"{self.account_path}/{CONTAINER}/nginx/{uuid.uuid4().hex}"
        return Request("PUT", path, size, {"X-Auth-Token": self.token})

    def family(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]


def nginx_is_there() -> bool:
    return shutil.which(_NGINX) is not None


def prepare(swift: EmbeddedSwift) -> None:
    """Make the container with the keys that belong to our secret."""
    command = [sys.executable, "-m", "direct_upload", "setup"]
    subprocess.run(command, env=_environment(swift), check=True, capture_output=True)  # noqa: S603


@contextlib.contextmanager
def nginx(swift: EmbeddedSwift, folder: Path) -> Iterator[Server]:
    """The yardstick: a server in C that only hands the bytes on."""
    port = free_port()
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(swift.storage_url))
    configuration = folder / "nginx.conf"
    configuration.write_text(_NGINX_CONF.format(folder=folder, port=port, swift=origin))
    command = [_NGINX, "-c", str(configuration), "-e", str(folder / "error.log")]
    with _running(command, dict(os.environ)) as process:
        _wait_for(port)
        yield Server(port, psutil.Process(process.pid), _token(swift), urlsplit(swift.storage_url).path)


@contextlib.contextmanager
def site(swift: EmbeddedSwift, folder: Path, worker: str) -> Iterator[Server]:
    """One worker of the streaming way."""
    environ = {
        **_environment(swift),
        "PROXY_UPLOAD_PUSH": "stream",
        "PROXY_UPLOAD_WORKER": worker,
        "PROXY_UPLOAD_WORKERS": "1",
        "PROXY_UPLOAD_THREADS": "32",
        "PROXY_UPLOAD_PORT": "0",
        "PROXY_UPLOAD_CLIENT_TIMEOUT": "300",
        "PROXY_UPLOAD_PUSH_TIMEOUT": "300",
        "PROXY_UPLOAD_SPOOL_DIR": str(folder / "spool"),
        "PROXY_UPLOAD_STOP_TIMEOUT": "1",
    }
    with _running([sys.executable, "-m", "proxy_upload"], environ) as process:
        assert process.stdout is not None  # noqa: S101 - it was opened as a pipe
        line = process.stdout.readline().decode()
        port = int(line.split("localhost:")[1].split()[0])
        _wait_for(port)
        yield Server(port, psutil.Process(process.pid))


@contextlib.contextmanager
def _running(command: list[str], environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE) as process:  # noqa: S603
        try:
            yield process
        finally:
            process.terminate()


def _environment(swift: EmbeddedSwift) -> dict[str, str]:
    ours = {"DIRECT_UPLOAD_SECRET": _SECRET, "DIRECT_UPLOAD_CONTAINER": CONTAINER}
    return {**os.environ, **swift.environ, **ours}


def _token(swift: EmbeddedSwift) -> str:
    parts = urlsplit(swift.auth_url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=_START_SECONDS)
    with contextlib.closing(connection):
        connection.request("GET", parts.path, headers={"X-Auth-User": swift.user, "X-Auth-Key": swift.key})
        token = connection.getresponse().headers["X-Auth-Token"]
    if token is None:
        raise RuntimeError("Swift gave no token")
    return token


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
