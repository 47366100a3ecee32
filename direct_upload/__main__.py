"""The command line: composes the parts; what an operator can mend is one line and exit status 1."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import Field, replace
from typing import Any

import click
from tornado.netutil import bind_sockets

from direct_upload import access_log, server
from direct_upload.identity import choice
from direct_upload.page_handlers import STATIC
from swift_store import account
from swift_store.client import SwiftClient
from swift_store.dev import EmbeddedSwiftError
from swift_store.dev.prepared import embedded_swift
from swift_store.errors import SwiftRefused, SwiftUnavailable
from swift_store.settings import ConfigurationError, Settings, declared, from_environ, variable


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="direct-upload")
def main() -> None:
    """Big files from the browser straight into OpenStack Swift."""


def _with_flags(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command a flag for each common setting; a flag counts more than its variable."""
    for one in reversed(declared()):
        if one.metadata["flag"]:
            command = _option(one)(command)
    return command


def _option(one: Field[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    flag = "--" + one.name.replace("_", "-")
    if one.metadata["default"] == "0":
        return click.option(flag, one.name, flag_value="1", help=one.metadata["help"])
    default = f" Default: {one.metadata['default']}." if one.metadata["default"] else ""
    return click.option(flag, one.name, metavar="VALUE", help=one.metadata["help"] + default)


def _settings(flags: dict[str, str | None]) -> Settings:
    chosen = {variable(name): value for name, value in flags.items() if value is not None}
    try:
        settings = from_environ(os.environ | chosen)
        choice.check(settings)
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    return settings


_EPILOG = (
    "Every setting can be given by an environment variable: "
    + ", ".join(variable(one.name) for one in declared())
    + ". Swift is found by ST_AUTH, ST_USER and ST_KEY, or by Keystone's OS_* variables; with neither, "
    "an embedded Swift is started."
)


@main.command(epilog=_EPILOG)
@_with_flags
def serve(**flags: str | None) -> None:
    """Run the site."""
    settings = _settings(flags)
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


@main.command()
@_with_flags
def setup(**flags: str | None) -> None:
    """Prepare your Swift: the container, its TempURL keys and CORS. May be repeated at any time."""
    settings = _settings(flags)
    if settings.swift is None or not settings.secrets:
        raise click.ClickException(
            f"set {variable('secret')}, and ST_AUTH, ST_USER and ST_KEY (or OS_*) for your Swift"
        )
    try:
        with closing(SwiftClient(settings.swift, connections=1, timeout=settings.swift_timeout)) as client:
            account.prepare(client, settings.container, settings.secrets, settings.site_origins)
    except (SwiftUnavailable, SwiftRefused) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Container {settings.container} is ready for {' '.join(settings.site_origins)}")


def _bind(host: str, port: int) -> list[socket.socket]:
    try:
        return bind_sockets(port, host)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = "is taken; end the other program, or choose another port with --port"
        else:
            reason = f"can't be used: {error.strerror}"
        raise click.ClickException(f"port {port} on {host} {reason}") from error


if __name__ == "__main__":
    sys.exit(main())
