"""Remembered values and reserved room, with a clock and a source that the tests hold."""

import asyncio

import pytest

from direct_upload import recent
from direct_upload.ledger import Ledger
from direct_upload.recent import Recent
from swift_store.errors import Problem
from swift_store.limits import Allowance, Scope, Usage


class Source:
    """Answers readings when it is told to; `now` is a clock."""

    def __init__(self, value):
        self.value, self.now, self.readings = value, 0.0, 0
        self.gate = asyncio.Event()
        self.gate.set()

    def clock(self):
        return self.now

    async def read(self, _key):
        self.readings += 1
        value = self.value
        await self.gate.wait()
        return value


def run(scenario):
    return asyncio.run(scenario())


async def being_read(source):
    """Values of which "a" is being read, until the source's gate opens."""
    source.gate.clear()
    values = Recent(source.read, seconds=5, clock=source.clock)
    waiting = asyncio.create_task(values.get("a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return values, waiting


def test_a_value_is_read_once_while_it_is_recent():
    async def scenario():
        source = Source(1)
        values = Recent(source.read, seconds=5, clock=source.clock)
        assert await asyncio.gather(*(values.get("a") for _ in range(10))) == [1] * 10
        source.value, source.now = 2, 4.9
        assert await values.get("a") == 1
        source.now = 5.0
        assert await values.get("a") == 2
        assert source.readings == 2

    run(scenario)


def test_what_is_changed_while_it_is_read_is_read_again():
    async def scenario():
        source = Source(1)
        values, waiting = await being_read(source)
        source.value = 2
        values.forget("a")
        source.gate.set()
        assert await waiting == 2

    run(scenario)


def test_what_was_forgotten_stays_at_hand_until_it_is_read_again():
    async def scenario():
        source = Source(1)
        values = Recent(source.read, seconds=5, clock=source.clock)
        await values.get("a")
        values.forget("a")
        source.value = 2
        assert values.peek("a", None) == 1
        assert await values.get("a") == values.peek("a", None) == 2

    run(scenario)


def test_a_change_while_it_is_read_is_applied_and_read_again():
    async def scenario():
        source = Source(1)
        values, waiting = await being_read(source)
        values.change("a", lambda value: value + 10)
        source.value = 11
        source.gate.set()
        assert await waiting == 11
        assert source.readings == 2

    run(scenario)


def test_where_changes_do_not_end_there_is_one_reading_at_a_time_and_an_answer():
    async def scenario():
        source = Source(1)

        async def read(key):
            running.append(key)
            assert len(running) == 1
            values.change("a", lambda value: value + 10)
            await asyncio.sleep(0)
            running.remove(key)
            return await source.read(key)

        running = []
        values = Recent(read, seconds=5, clock=source.clock)
        assert await asyncio.gather(*(values.get("a") for _ in range(10))) == [11] * 10

    run(scenario)


def test_a_failed_reading_is_tried_again_by_the_next():
    async def scenario():
        source = Source(1)
        answers = iter([RuntimeError("away"), None])

        async def read(key):
            if error := next(answers):
                raise error
            return await source.read(key)

        values = Recent(read, seconds=5, clock=source.clock)
        with pytest.raises(RuntimeError, match="away"):
            await values.get("a")
        assert await values.get("a") == 1

    run(scenario)


def test_it_does_not_remember_without_end(monkeypatch):
    monkeypatch.setattr(recent, "_MOST_ENTRIES", 3)

    async def scenario():
        source = Source(1)
        values = Recent(source.read, seconds=5, clock=source.clock)
        for key in range(10):
            await values.get(key)
        assert [values.peek(key, None) for key in range(10)] == [None] * 7 + [1] * 3

    run(scenario)


def ledger_of(source, **limits):
    return Ledger(Allowance(Scope.OWNER, **limits), source.read, seconds=5, clock=source.clock)


def test_reserved_room_is_taken_and_comes_back_when_it_was_not_used():
    async def scenario():
        ledger, six = ledger_of(Source(Usage(3, 1)), bytes=10), Usage(6, 1)
        await ledger.learn("a")
        ledger.check("a", six)
        ledger.reserve("a", six)
        with pytest.raises(Problem):
            ledger.check("a", six)
        ledger.settle("a", six, is_used=False)
        ledger.check("a", six)
        ledger.reserve("a", six)
        ledger.settle("a", six, is_used=True)
        with pytest.raises(Problem) as refused:
            ledger.check("a", six)
        assert refused.value.members["used"] == 9

    run(scenario)


def test_without_a_limit_nobody_is_asked():
    async def scenario():
        source = Source(Usage(10**9, 1))
        ledger = ledger_of(source)
        await ledger.learn("a")
        ledger.check("a", Usage(10**30, 1))
        assert source.readings == 0

    run(scenario)
