"""What commands share: flags, settings, Swift, and errors as one line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import Field
from typing import Any

import click

from direct_upload import admission, event_loop, policy
from direct_upload.identity import choice
from swift_store import sign_in
from swift_store.client import SwiftClient
from swift_store.declarations import ConfigurationError, declared, variable
from swift_store.dev.prepared import running_swift
from swift_store.errors import SwiftRefused, SwiftUnavailable
from swift_store.settings import Settings, from_environ


def with_flags(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command a flag for each common setting; a flag counts more than its variable."""
    for one in reversed(declared(Settings)):
        if one.metadata["flag"]:
            command = _option(one)(command)
    return command


def _option(one: Field[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    flag = "--" + one.name.replace("_", "-")
    if one.metadata["default"] == "0":
        return click.option(flag, one.name, flag_value="1", help=one.metadata["help"])
    default = f" Default: {one.metadata['default']}." if one.metadata["default"] else ""
    return click.option(flag, one.name, metavar="VALUE", help=one.metadata["help"] + default)


def settings_of(flags: dict[str, str | None]) -> Settings:
    """The settings of the environment and these flags."""
    chosen = {variable(name): value for name, value in flags.items() if value is not None}
    try:
        settings = from_environ(os.environ | chosen)
        choice.check(settings)
        policy.load(settings.policy)
        admission.check(settings)
        event_loop.check(settings)
        if settings.swift is not None:
            sign_in.check(settings.swift)
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    return settings


def own_swift(settings: Settings) -> Settings:
    """The settings, when they name a Swift and a secret."""
    if settings.swift is None or not settings.secrets:
        raise click.ClickException(
            f"set {variable('secret')}, and ST_AUTH, ST_USER and ST_KEY (or OS_*) for your Swift"
        )
    return settings


def swift_in_use(settings: Settings) -> Settings:
    """The settings with the Swift of one's own, or else with the embedded one that `serve` runs just now."""
    if settings.swift is not None:
        return own_swift(settings)
    running = running_swift(settings)
    if running is None:
        raise click.ClickException(
            "there is no Swift: run 'direct-upload serve' meanwhile, "
            "or set ST_AUTH, ST_USER and ST_KEY (or OS_*) for your own"
        )
    return running


@contextmanager
def connected(settings: Settings) -> Iterator[SwiftClient]:
    """A client for the settings' Swift; what Swift refuses ends the command in one line."""
    assert settings.swift is not None  # noqa: S101 - see `own_swift`
    try:
        with closing(SwiftClient(settings.swift, connections=1, timeout=settings.swift_timeout)) as client:
            yield client
    except (SwiftUnavailable, SwiftRefused) as error:
        raise click.ClickException(str(error)) from error
