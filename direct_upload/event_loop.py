"""The event loop that an operator has chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from importlib.util import find_spec

from swift_store.declarations import ConfigurationError, variable
from swift_store.settings import EventLoop, Settings


def check(settings: Settings) -> None:
    """Raise `ConfigurationError` when the settings ask for a loop that is not installed."""
    if settings.event_loop is EventLoop.UVLOOP and find_spec("uvloop") is None:
        raise ConfigurationError(
            f"{variable('event_loop')} needs a package: pip install 'direct-upload[uvloop]'"
        )


def run(work: Coroutine[object, object, None], settings: Settings) -> None:
    """As `asyncio.run`, on the loop of the settings."""
    with asyncio.Runner(loop_factory=_factory(settings)) as runner:
        runner.run(work)


def _factory(settings: Settings) -> Callable[[], asyncio.AbstractEventLoop] | None:
    if settings.event_loop is EventLoop.ASYNCIO:
        return None
    import uvloop  # noqa: PLC0415 - an optional extra

    return uvloop.new_event_loop
