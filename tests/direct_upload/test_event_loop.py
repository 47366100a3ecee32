"""The event loop is the one that the settings name, or there is a word about what to install."""

import asyncio

import pytest
import uvloop

from direct_upload import event_loop
from swift_store.declarations import ConfigurationError
from swift_store.settings import EventLoop, Settings


async def note(found):
    found.append(type(asyncio.get_running_loop()))


@pytest.mark.parametrize(
    ("chosen", "kind"), [(EventLoop.UVLOOP, uvloop.Loop), (EventLoop.ASYNCIO, asyncio.AbstractEventLoop)]
)
def test_work_runs_on_the_chosen_loop(chosen, kind):
    found = []
    event_loop.run(note(found), Settings(event_loop=chosen))
    assert issubclass(found[0], kind)
    assert (found[0] is uvloop.Loop) == (chosen is EventLoop.UVLOOP)


def test_a_loop_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr(event_loop, "find_spec", lambda _name: None)
    event_loop.check(Settings())
    with pytest.raises(ConfigurationError, match=r"pip install 'direct-upload\[uvloop\]'"):
        event_loop.check(Settings(event_loop=EventLoop.UVLOOP))
