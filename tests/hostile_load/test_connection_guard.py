"""Who makes room when there are too many connections, on a real server in this process."""

import asyncio
import resource
from contextlib import asynccontextmanager

import pytest
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from direct_upload import connection_guard
from direct_upload.connection_guard import GuardedServer, affordable_connections

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
BIG = b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n"
# More than systems keep for a connection whose client reads nothing.
BIG_BYTES = 16 << 20
PATIENCE_SECONDS = 10


class Answer(RequestHandler):
    def initialize(self, gate):
        self.gate = gate

    async def get(self):
        if self.gate is not None:
            await self.gate.wait()
        self.finish("here")

    def post(self):
        self.finish("here")


class BigAnswer(RequestHandler):
    def get(self):
        self.finish(b"x" * BIG_BYTES)


@asynccontextmanager
async def served(*, most_connections=2, most_waiting_bytes=1000, answer_timeout=60, gate=None):
    """A function that opens a connection and sends something, and closes all of them in the end."""
    routes = [("/", Answer, {"gate": gate}), ("/big", BigAnswer)]
    server = GuardedServer(
        Application(routes, log_function=lambda _handler: None),
        most_connections=most_connections,
        most_waiting_bytes=most_waiting_bytes,
        answer_timeout=answer_timeout,
    )
    sockets = bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    clients = []

    async def client(data=b""):
        reader, writer = await asyncio.open_connection(*sockets[0].getsockname())
        clients.append(writer)
        writer.write(data)
        await asyncio.sleep(0.05)
        return reader, writer

    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield client
    finally:
        server.stop()
        await server.close_all_connections()
        for writer in clients:
            writer.close()


async def is_answered(reader):
    return b"200 OK" in await reader.readuntil(b"here")


async def is_closed(reader):
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


async def is_whole(reader):
    await reader.readuntil(b"\r\n\r\n")
    return len(await reader.readexactly(BIG_BYTES)) == BIG_BYTES


def test_the_connection_that_waits_longest_makes_room():
    async def scenario():
        async with served() as client:
            oldest, _ = await client(b"GET / HTTP/1.1\r\n")
            younger, writer = await client()
            newest, _ = await client(REQUEST)
            assert await is_answered(newest)
            assert await is_closed(oldest)
            writer.write(REQUEST)
            assert await is_answered(younger)

    asyncio.run(scenario())


def test_an_answered_connection_waits_anew():
    async def scenario():
        async with served() as client:
            first, writer = await client(REQUEST)
            assert await is_answered(first)
            idle, _ = await client()
            writer.write(REQUEST)
            assert await is_answered(first)
            await client()
            assert await is_closed(idle)
            writer.write(REQUEST)
            assert await is_answered(first)

    asyncio.run(scenario())


def test_who_is_being_answered_is_left_alone_and_the_newest_goes():
    async def scenario():
        gate = asyncio.Event()
        async with served(gate=gate) as client:
            busy = [(await client(REQUEST))[0] for _ in range(2)]
            assert await is_closed((await client(REQUEST))[0])
            gate.set()
            assert [await is_answered(one) for one in busy] == [True, True]

    asyncio.run(scenario())


def test_who_does_not_take_his_answer_makes_room():
    async def scenario():
        async with served(most_waiting_bytes=10 * BIG_BYTES) as client:
            first, _ = await client(BIG)
            second, _ = await client(BIG)
            assert await is_answered((await client(REQUEST))[0])
            assert await is_closed(first)
            assert await is_whole(second)

    asyncio.run(scenario())


def test_answers_that_are_not_taken_are_bounded_together():
    async def scenario():
        async with served(most_connections=10, most_waiting_bytes=3 * BIG_BYTES - 1) as client:
            first, second, third = [(await client(BIG))[0] for _ in range(3)]
            assert await is_closed(first)
            assert await is_whole(second)
            assert await is_whole(third)

    asyncio.run(scenario())


def test_an_answer_has_to_be_taken_in_time():
    async def scenario():
        async with served(most_waiting_bytes=2 * BIG_BYTES, answer_timeout=0.2) as client:
            late, _ = await client(BIG)
            await asyncio.sleep(0.5)
            assert await is_closed(late)

    asyncio.run(scenario())


def test_who_took_his_answer_may_ask_again():
    async def scenario():
        async with served(most_waiting_bytes=2 * BIG_BYTES, answer_timeout=1) as client:
            reader, writer = await client(BIG)
            assert await is_whole(reader)
            await asyncio.sleep(1.2)
            writer.write(REQUEST)
            assert await is_answered(reader)

    asyncio.run(scenario())


def test_bodies_that_wait_for_their_end_are_bounded_together():
    async def scenario():
        async with served(most_connections=10) as client:
            idle, idle_writer = await client()
            first, _ = await client(BODY % 900 + b"x" * 600)
            second, writer = await client(BODY % 900 + b"x" * 600)
            assert await is_closed(first)
            writer.write(b"x" * 300)
            assert await is_answered(second)
            idle_writer.write(REQUEST)
            assert await is_answered(idle)

    asyncio.run(scenario())


def test_what_is_thrown_away_as_it_comes_counts_for_nothing():
    async def scenario():
        async with served(most_connections=10) as client:
            waiting, writer = await client(BODY % 900 + b"x" * 600)
            await client(BODY % (1 << 30) + b"x" * 5000)
            writer.write(b"x" * 300)
            assert await is_answered(waiting)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("soft", "hard", "raised", "most"),
    [
        (1024, 1 << 20, 4352, 4096),
        (1024, 1024, 1024, 768),
        (1024, resource.RLIM_INFINITY, 4352, 4096),
        (100, 100, 100, 16),
        (65536, 65536, None, 4096),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, None, 4096),
    ],
)
def test_the_limit_of_open_files_is_lifted_as_far_as_it_goes(monkeypatch, soft, hard, raised, most):
    lifted = []
    monkeypatch.setattr(connection_guard.resource, "getrlimit", lambda _what: (soft, hard))
    monkeypatch.setattr(connection_guard.resource, "setrlimit", lambda _what, limits: lifted.append(limits))
    assert affordable_connections() == most
    assert lifted == ([] if raised is None else [(raised, hard)])
