"""gunicorn's configuration, from our settings: `gunicorn -c python:proxy_upload.gunicorn_conf`.

Imports nothing that would open a socket or a lock: this module is read before the workers are forked, and
before gevent has replaced the standard library's blocking calls.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from gunicorn.http.unreader import SocketUnreader

from proxy_upload import parent_death
from proxy_upload.settings import STREAM_PIECE_BYTES, ProxySettings, Push, Worker, from_environ
from swift_store.declarations import ConfigurationError, variable

_JITTER = 10


def _settings() -> ProxySettings:
    try:
        settings, proxy = from_environ(os.environ)
    except ConfigurationError as error:
        sys.exit(f"Error: {error}")
    if settings.swift is None or not settings.secrets:
        sys.exit(
            f"Error: set {variable('secret')}, and ST_AUTH, ST_USER and ST_KEY (or OS_*) for your Swift; "
            "python -m proxy_upload starts an embedded one"
        )
    if proxy.worker is Worker.TORNADO:
        sys.exit("Error: gunicorn has no part in --worker tornado; run python -m proxy_upload")
    return proxy


_proxy = _settings()

wsgi_app = "proxy_upload.wsgi:app"
bind = f"{_proxy.host}:{_proxy.port}"
worker_class = _proxy.worker.value
workers = _proxy.workers
# gunicorn turns sync workers with more than one thread into gthread workers.
threads = _proxy.threads if _proxy.worker is Worker.GTHREAD else 1
worker_connections = _proxy.worker_connections
# A sync worker tells that it is alive between two requests only: less than the longest upload would kill it.
timeout = _proxy.worker_timeout
graceful_timeout = _proxy.stop_timeout
keepalive = _proxy.keepalive
max_requests = _proxy.max_requests
# So that the workers are not all renewed at the same moment.
max_requests_jitter = _proxy.max_requests // _JITTER
# The file of the heartbeat must not wait for a disk that uploads keep busy.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - RAM, and no file of ours
loglevel = "warning"
control_socket_disable = True


def on_starting(server: Any) -> None:
    """End with `python -m proxy_upload`, when that has started us."""
    del server
    parent_death.stop_with_starter()


def post_fork(server: Any, worker: Any) -> None:
    """Read bodies in the pieces that a streaming site hands on; gunicorn would hold up to 1 MiB for each."""
    del server, worker
    if _proxy.push is Push.STREAM:
        SocketUnreader.max_body_chunk = STREAM_PIECE_BYTES
