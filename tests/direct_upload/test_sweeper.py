"""The site sweeps by itself: leftovers go, what may still be completed stays, and replicas take turns."""

import asyncio
import os
import time
from contextlib import asynccontextmanager
from unittest.mock import patch

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from direct_upload.metrics import Metrics
from direct_upload.storage import Storage
from direct_upload.sweeper import Sweeper
from swift_store import names
from swift_store.observer import SwiftObserver
from swift_store.settings import from_environ

HOUR = 3600


@pytest.fixture
def segment_of(connection):
    """A function that stores a segment of an upload so many days old, and returns its object name."""

    def put(container, days_old):
        upload_id = names.uuid7(int((time.time() - days_old * 86400) * 1000), os.urandom(10))
        name = names.UploadNames("a" * 32, upload_id, "a").segment(0)
        connection.put_object(container, name, b"four")
        return name

    return put


@pytest.fixture
def is_there(connection):
    return lambda container, name: name in {one["name"] for one in connection.get_container(container)[1]}


def gauges(site):
    families = text_string_to_metric_families(httpx.get(f"{site.url}/metrics").text)
    return {sample.name: sample.value for family in families for sample in family.samples}


def test_a_running_site_deletes_an_old_leftover_and_leaves_a_young_one(  # noqa: PLR0913, PLR0917 - fixtures
    prepared, run_site, ready, eventually, segment_of, is_there
):
    environ = prepared(sweep_interval="1")
    container = environ["DIRECT_UPLOAD_CONTAINER"]
    old, young = segment_of(container, 9), segment_of(container, 7.5)
    site = run_site(environ)
    ready(site)
    eventually(lambda: not is_there(container, old))
    eventually(lambda: "swept 1 segments of 1 uploads, 4 bytes" in site.log)
    eventually(lambda: gauges(site)["direct_upload_open_bytes"] == 4)
    assert is_there(container, young)
    assert site.end() == 0


class Clock:
    def __init__(self):
        self.now = time.time()

    def __call__(self):
        return self.now


@pytest.fixture
def replicas(prepared):
    """A function that makes some replicas of a site, each with a sweeper, and their common clock."""
    settings = from_environ(prepared(sweep_interval=str(HOUR)))

    @asynccontextmanager
    async def run(number):
        clock = Clock()
        storages = [Storage(settings, SwiftObserver()) for _ in range(number)]
        yield [Sweeper(storage, settings, Metrics(), clock) for storage in storages], clock
        for storage in storages:
            storage.close()

    run.container = settings.container
    return run


def test_one_of_several_replicas_sweeps_and_all_know_what_it_found(replicas, segment_of, is_there):
    old = segment_of(replicas.container, 9)

    async def story():
        async with replicas(3) as (sweepers, clock):
            assert [await one.take_turn() for one in sweepers] == [True, False, False]
            assert {(one.last.ended_at, one.last.swept.size) for one in sweepers} == {(clock.now, 4)}
            clock.now += HOUR * 0.4
            assert not await sweepers[1].take_turn()
            clock.now += HOUR * 0.2
            assert await sweepers[1].take_turn()
            assert sweepers[1].last.swept.uploads == 0

    asyncio.run(story())
    assert not is_there(replicas.container, old)


def test_a_clock_that_is_days_ahead_ends_no_upload(replicas, segment_of, is_there):
    young = segment_of(replicas.container, 1)

    async def story():
        async with replicas(1) as ((sweeper,), clock):
            clock.now += 8 * 86400
            with patch("time.time", clock):
                assert await sweeper.take_turn()

    asyncio.run(story())
    assert is_there(replicas.container, young)


def test_a_site_keeps_in_mind_how_long_the_tickets_live_that_it_gives(  # noqa: PLR0913, PLR0917 - fixtures
    prepared, run_site, ready, invoke, segment_of, is_there
):
    """Also when it sweeps later, or never."""
    environ = prepared()
    old = segment_of(environ["DIRECT_UPLOAD_CONTAINER"], 9)
    site = run_site(environ | {"DIRECT_UPLOAD_TICKET_LIFETIME": str(30 * 86400)})
    ready(site)
    assert site.end() == 0
    assert invoke(environ, "sweep").returncode == 0
    assert is_there(environ["DIRECT_UPLOAD_CONTAINER"], old)


def test_replicas_that_sweep_at_once_do_no_harm(replicas, segment_of, is_there):
    old, young = segment_of(replicas.container, 9), segment_of(replicas.container, 1)

    async def story():
        async with replicas(3) as (sweepers, _clock):
            assert any(await asyncio.gather(*(one.take_turn() for one in sweepers)))

    asyncio.run(story())
    assert (is_there(replicas.container, old), is_there(replicas.container, young)) == (False, True)


def test_who_began_and_never_ended_holds_nobody_up_for_ever(replicas):
    async def story():
        async with replicas(2) as ((first, second), clock):
            await first.take_turn()
            record = {"by": "a process that was killed", "began_at": clock.now + 1}
            first._storage.records.write("sweep", record)
            clock.now += HOUR / 4
            assert not await second.take_turn()
            assert second.last is None
            clock.now += HOUR
            assert await second.take_turn()

    asyncio.run(story())


def test_without_an_interval_nothing_is_swept(prepared):
    settings = from_environ(prepared(sweep_interval="0"))

    async def story():
        storage = Storage(settings, SwiftObserver())
        await asyncio.wait_for(Sweeper(storage, settings, Metrics(), time.time).run(), 5)
        storage.close()

    asyncio.run(story())
