"""`direct-upload serve`: the site itself."""

from __future__ import annotations

import errno
import socket
from contextlib import nullcontext
from dataclasses import replace

import click
from tornado.netutil import bind_sockets

from direct_upload import access_log, server
from direct_upload.commands.settings import settings_of, with_flags
from direct_upload.core.static_files import STATIC
from swift_store.declarations import declared, variable
from swift_store.dev import EmbeddedSwiftError
from swift_store.dev.prepared import embedded_swift
from swift_store.settings import Settings

# A burst of new connections waits here. Who finds no room tries again, but only after a second.
_BACKLOG = 1024

_EPILOG = (
    "Every setting can be given by an environment variable: "
    + ", ".join(variable(one.name) for one in declared(Settings))
    + ". Swift is found by ST_AUTH, ST_USER and ST_KEY, or by Keystone's OS_* variables; with neither, "
    "an embedded Swift is started."
)


@click.command(epilog=_EPILOG)
@with_flags
def serve(**flags: str | None) -> None:
    """Run the site."""
    settings = settings_of(flags)
    access_log.configure(as_json=settings.log_json)
    if not (STATIC / "index.html").exists():
        raise click.ClickException("the page is not built; run 'make serve', or install the package again")
    if settings.swift and not settings.secrets:
        raise click.ClickException(f"set {variable('secret')} too: Swift's keys are made from it")
    sockets = _bind(settings.host, settings.port)
    settings = replace(settings, port=sockets[0].getsockname()[1])
    try:
        with nullcontext(settings) if settings.swift else embedded_swift(settings) as ready:
            click.echo(f"Serving on {settings.site_origins[0]}")
            server.serve(ready, sockets)
    except EmbeddedSwiftError as error:
        raise click.ClickException(str(error)) from error


def _bind(host: str, port: int) -> list[socket.socket]:
    try:
        return bind_sockets(port, host, backlog=_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = "is taken; end the other program, or choose another port with --port"
        else:
            reason = f"can't be used: {error.strerror}"
        raise click.ClickException(f"port {port} on {host} {reason}") from error
