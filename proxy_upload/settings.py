"""The settings of the proxy ways: which variant, and the limits of a real site.

What both ways share (Swift, the secret, the container, lifetimes) stays in `swift_store.settings.Settings`.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from swift_store import settings as shared
from swift_store.declarations import read_settings, setting
from swift_store.setting_readers import byte_count, one_of, whole_number
from swift_store.settings import Settings

COMMAND = "python -m proxy_upload"
# What a streaming upload holds at a time: large enough for few steps, small enough for many uploads.
STREAM_PIECE_BYTES = 128 * 1024

_MAX_PORT = 65535
_MIN_FORM_BYTES = 128 * 1024


class Push(enum.Enum):
    """Where the bytes of an upload go on their way to Swift."""

    SPOOL = "spool"
    BACKGROUND = "background"
    STREAM = "stream"


class Worker(enum.Enum):
    """What serves: a worker class of gunicorn, or Tornado."""

    SYNC = "sync"
    GTHREAD = "gthread"
    GEVENT = "gevent"
    TORNADO = "tornado"


class Input(enum.Enum):
    """How a request's body is read: as gunicorn gives it, or in turns with the event loop."""

    PLAIN = "plain"
    COOPERATIVE = "cooperative"


def form_bytes(text: str) -> int:
    size = byte_count(text)
    if size < _MIN_FORM_BYTES:
        raise ValueError("takes at least 128KiB: the parser needs as much for what it reads at a time")
    return size


@dataclass(frozen=True, kw_only=True)
class ProxySettings:
    """Everything that an operator can set for the proxy ways. Sizes are in bytes, times in seconds."""

    PREFIX: ClassVar[str] = "PROXY_UPLOAD_"

    push: Push = setting(  # noqa: RUF009 - an enumeration's member can't change
        "spool",
        "Where the bytes go: spool (a temporary file, then Swift, within the request), background (a durable "
        "queue, answered 202, pushed by another process) or stream (to Swift while they arrive).",
        one_of(Push),
        flag=True,
    )
    worker: Worker = setting(  # noqa: RUF009 - an enumeration's member can't change
        "gthread",
        "What serves: sync, gthread, gevent, or tornado (which always streams).",
        one_of(Worker),
        flag=True,
    )
    input: Input = setting(  # noqa: RUF009 - an enumeration's member can't change
        "cooperative",
        "How bodies are read: plain, or cooperative (differs only under gevent).",
        one_of(Input),
        flag=True,
    )
    host: str = setting("localhost", "Address to listen on.", flag=True)
    port: int = setting(
        "8080", "Port to listen on; 0 takes a free one.", whole_number(0, _MAX_PORT), flag=True
    )
    workers: int = setting("2", "Worker processes.", whole_number(1, 64), flag=True)
    threads: int = setting("16", "Threads of a gthread worker.", whole_number(1, 512), flag=True)
    worker_connections: int = setting(
        "1000", "Connections that a gevent or gthread worker holds at most.", whole_number(1, 100_000)
    )
    worker_timeout: int = setting(
        "3600",
        "Seconds after which a silent worker is killed. A sync worker is silent during a whole request, so "
        "this is also its longest upload.",
        whole_number(1, 86400),
    )
    stop_timeout: int = setting("30", "Seconds that open requests get when we stop.", whole_number(0, 86400))
    keepalive: int = setting("5", "Seconds that an idle connection is kept.", whole_number(0, 3600))
    max_requests: int = setting(
        "0", "Requests after which a worker is renewed; 0: never.", whole_number(0, 10**9)
    )
    client_timeout: int = setting(
        "30", "Seconds that a client may stay silent within a body.", whole_number(1, 3600)
    )
    max_body: int = setting("5GiB", "The largest request body.", byte_count)
    max_form_memory: int = setting(
        "512KiB", "Bytes that a field of a form may take; at least 128KiB.", form_bytes
    )
    max_form_parts: int = setting("20", "Parts that a form may have.", whole_number(1, 1000))
    spool_dir: str = setting(".proxy-upload", "Folder of temporary files and of the queue.", flag=True)
    spool_limit: int = setting("10GiB", "Bytes that spooled uploads of all workers may take.", byte_count)
    spool_reserve: int = setting("1GiB", "Bytes of the disk that spooling leaves free.", byte_count)
    spool_memory: int = setting("1MiB", "An upload up to this size is held in memory.", byte_count)
    pushes: int = setting("64", "Uploads that a process pushes to Swift at a time.", whole_number(1, 1024))
    push_timeout: int = setting(
        "60", "Seconds that Swift may stay silent while it takes an upload.", whole_number(1, 3600)
    )
    pushers: int = setting("4", "Uploads that the background pusher pushes at a time.", whole_number(1, 64))
    retry_seconds: int = setting(
        "2", "First pause before the pusher tries again; it doubles.", whole_number(0, 3600)
    )
    retry_limit: int = setting("300", "Longest pause before the pusher tries again.", whole_number(0, 86400))
    max_refusals: int = setting(
        "8",
        "Refusals by Swift after which the pusher gives an upload up and keeps its file.",
        whole_number(1, 1000),
    )

    @property
    def spool_folder(self) -> Path:
        return Path(self.spool_dir).absolute()

    def site_origins(self, site: Settings) -> tuple[str, ...]:
        """The origins that the site is opened under."""
        return site.origins or (f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}")


def from_environ(environ: Mapping[str, str]) -> tuple[Settings, ProxySettings]:
    """Read both lists of settings; `ConfigurationError` names the variable at fault."""
    proxy = read_settings(ProxySettings, environ, command=COMMAND)
    if proxy.worker is Worker.TORNADO:
        proxy = replace(proxy, push=Push.STREAM)
    return shared.from_environ(environ), proxy
