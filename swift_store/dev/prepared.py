"""Without a Swift of your own: the embedded one, prepared for uploads, with a secret kept beside its data."""

from __future__ import annotations

import secrets
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from swift_store import account, spread
from swift_store.client import SwiftClient
from swift_store.credentials import credentials_from
from swift_store.dev.embedded import EmbeddedSwift, EmbeddedSwiftError
from swift_store.dev.running import running_cluster
from swift_store.errors import SwiftRefused
from swift_store.settings import Settings


@contextmanager
def embedded_swift(settings: Settings) -> Iterator[Settings]:
    """Run a Swift cluster beside the site; yield the settings that use it. It ends with this process.

    When another process runs one on the same data folder already, that one is used.
    """
    folder = Path(settings.data_dir).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    secret = settings.secret or _kept_secret(folder / "secret")
    running = running_cluster(folder / "swift")
    if running is not None:
        joined = replace(settings, secret=secret, swift=credentials_from(running))
        _prepare(joined, keep_origins=True)
        yield joined
        return
    # The port after the site's, so that a page that is open over a restart finds its segments' address again.
    with EmbeddedSwift(folder / "swift", _free_or_any(settings.port + 1)) as swift:
        ready = replace(settings, secret=secret, swift=credentials_from(swift.environ))
        _prepare(ready, keep_origins=False)
        yield ready


def running_swift(settings: Settings) -> Settings | None:
    """The settings with the Swift that a site runs on the same data folder just now; None when none does."""
    folder = Path(settings.data_dir).absolute()
    if not (folder / "secret").exists() or (running := running_cluster(folder / "swift")) is None:
        return None
    secret = settings.secret or _kept_secret(folder / "secret")
    return replace(settings, secret=secret, swift=credentials_from(running))


def _prepare(settings: Settings, *, keep_origins: bool) -> None:
    assert settings.swift is not None  # noqa: S101 - set by the caller
    with closing(SwiftClient(settings.swift, connections=1, timeout=settings.swift_timeout)) as client:
        found = client.head_container(settings.container) if keep_origins else None
        kept = (found or {}).get(account.ALLOW_ORIGIN, "").split()
        origins = tuple(dict.fromkeys([*kept, *settings.site_origins]))
        try:
            spread.prepare(client, settings.upload_containers, settings.secrets, origins)
        except SwiftRefused as error:
            raise EmbeddedSwiftError(str(error)) from error


def _kept_secret(path: Path) -> str:
    if not path.exists():
        # Whole or not at all: a start that is killed here must not leave half a secret.
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
            file.write(secrets.token_hex(32))
        Path(file.name).rename(path)
    return path.read_text()


def _free_or_any(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port
