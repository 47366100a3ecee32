"""The command line: composes the parts; what an operator can mend is one line and exit status 1."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import Field
from typing import Any

import click

from proxy_upload import parent_death, supervisor
from proxy_upload.settings import COMMAND, ProxySettings, Push, Worker, from_environ
from proxy_upload.supervisor import Program
from swift_store.credentials import SwiftCredentials, v1_environ
from swift_store.declarations import ConfigurationError, declared, variable
from swift_store.dev import EmbeddedSwiftError
from swift_store.dev.prepared import embedded_swift
from swift_store.settings import Settings

_SHARED_FLAGS = {"data_dir", "container", "swift_public_url"}
_STOP_MARGIN_SECONDS = 5
_BACKLOG = 1024

_EPILOG = (
    "Every setting can be given by an environment variable: "
    + ", ".join(variable(one.name, ProxySettings.PREFIX) for one in declared(ProxySettings))
    + "; and those that both ways share, such as "
    + ", ".join(variable(name) for name in ("secret", "origins", *sorted(_SHARED_FLAGS)))
    + ". Swift is found by ST_AUTH, ST_USER and ST_KEY, or by Keystone's OS_* variables; with neither, the "
    "embedded Swift of direct-upload serve is used, and started where it does not run."
)


def _with_flags(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command a flag for each common setting; a flag counts more than its variable."""
    shared = [(Settings, one) for one in declared(Settings) if one.name in _SHARED_FLAGS]
    own = [(ProxySettings, one) for one in declared(ProxySettings) if one.metadata["flag"]]
    for kind, one in reversed([*own, *shared]):
        command = _option(kind, one)(command)
    return command


def _option(kind: type[Any], one: Field[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    default = f" Default: {one.metadata['default']}." if one.metadata["default"] else ""
    flag = "--" + one.name.replace("_", "-")
    return click.option(
        flag, variable(one.name, kind.PREFIX), metavar="VALUE", help=one.metadata["help"] + default
    )


@click.command(name=COMMAND, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@_with_flags
def main(**flags: str | None) -> None:
    """Run one of the proxy ways: uploads that go through the web application into Swift."""
    # click hands parameters over in lower case.
    environ = os.environ | {name.upper(): value for name, value in flags.items() if value is not None}
    try:
        settings, proxy = from_environ(environ)
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    if settings.swift and not settings.secrets:
        raise click.ClickException(f"set {variable('secret')} too: Swift's keys are made from it")
    with _bind(proxy.host, proxy.port) as listener:
        environ[variable("port", ProxySettings.PREFIX)] = str(listener.getsockname()[1])
        try:
            with nullcontext(settings) if settings.swift else embedded_swift(settings) as ready:
                sys.exit(_serve(ready, proxy, environ | _environ_of(settings, ready), listener))
        except EmbeddedSwiftError as error:
            raise click.ClickException(str(error)) from error


def _environ_of(given: Settings, ready: Settings) -> dict[str, str]:
    """The embedded Swift and its secret, as the variables that our processes read."""
    if given.swift is not None:
        return {}
    assert isinstance(ready.swift, SwiftCredentials)  # noqa: S101 - for mypy
    return v1_environ(ready.swift) | {variable("secret"): ready.secret or ""}


def _serve(ready: Settings, proxy: ProxySettings, environ: dict[str, str], listener: socket.socket) -> int:
    address = f"http://{proxy.host}:{listener.getsockname()[1]}"
    how = f"push {proxy.push.value}, worker {proxy.worker.value}, input {proxy.input.value}"
    click.echo(f"Serving on {ready.origins[0] if ready.origins else address} ({how})")
    return supervisor.run(
        _programs(proxy, listener.fileno()),
        environ | {parent_death.VARIABLE: str(os.getpid())},
        keep_open=[listener.fileno()],
        stop_seconds=proxy.stop_timeout + _STOP_MARGIN_SECONDS,
    )


def _programs(proxy: ProxySettings, listener: int) -> list[Program]:
    if proxy.worker is Worker.TORNADO:
        return [Program(["proxy_upload.tornado_server", "--listener", str(listener)], essential=True)]
    configured = ["gunicorn", "-c", "python:proxy_upload.gunicorn_conf", "--bind", f"fd://{listener}"]
    server = Program(configured, essential=True)
    pusher = Program(["proxy_upload.pusher"], essential=False)
    return [server, pusher] if proxy.push is Push.BACKGROUND else [server]


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = "is taken; end the other program, or choose another port with --port"
        else:
            reason = f"can't be used: {error.strerror}"
        raise click.ClickException(f"port {port} on {host} {reason}") from error
    return listener


if __name__ == "__main__":
    sys.exit(main())
