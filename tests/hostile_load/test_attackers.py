"""The attackers count right: answers however they are cut, and what a server that reads nothing never got."""

import asyncio

import pytest

from bench.hostile.attacker import attack
from bench.hostile.attackers import Attacker, bad_tickets
from bench.hostile.attacks import Attack, Kind
from bench.hostile.tally import Tally

ANSWERS = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}"
    b"HTTP/1.1 413 Too Large\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n"
)


def pieces(size):
    return [ANSWERS[start : start + size] for start in range(0, len(ANSWERS), size)]


@pytest.mark.parametrize("size", [1, 2, 7, 12, 13, 14, 1000])
def test_answers_are_counted_once_however_they_are_cut(size):
    tally = Tally()
    attacker = Attacker(Attack("a", "", "", Kind.BAD_TICKETS, connections=1), "host", tally, 0)
    for piece in pieces(size):
        attacker.data_received(piece)
    assert tally.answers == {400: 2, 413: 1}


def attacked(wanted, seconds, behaviour):
    """The tally of an attack on a server that behaves like this on each connection."""

    async def scenario():
        ends = []

        def new_end():
            ends.append(behaviour())
            return ends[-1]

        server = await asyncio.get_running_loop().create_server(new_end, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            tally = await attack(f"http://127.0.0.1:{port}", wanted, seconds)
            await asyncio.sleep(0.1)
        for end in ends:
            end.transport.abort()
        await asyncio.sleep(0.1)
        return tally

    return asyncio.run(scenario())


class Patient(asyncio.Protocol):
    """Listens, and never says a word."""

    def connection_made(self, transport):
        self.transport = transport


class Deaf(Patient):
    """Reads nothing."""

    def connection_made(self, transport):
        super().connection_made(transport)
        # Not here: until Python 3.11.4 reading began after this call all the same.
        asyncio.get_running_loop().call_soon(transport.pause_reading)


class Curt(Patient):
    """Hangs up at once."""

    def connection_made(self, transport):
        super().connection_made(transport)
        transport.close()


class Talkative(Patient):
    """Answers each piece that comes with much more."""

    buffered = 0

    def data_received(self, _data):
        self.transport.write(b"x" * 100_000)
        Talkative.buffered = self.transport.get_write_buffer_size()


def test_what_a_server_does_not_read_is_offered_but_not_sent():
    wanted = Attack("a", "", "", Kind.BAD_TICKETS, connections=2, rate=20_000)
    tally = attacked(wanted, 1.9, Deaf)
    assert tally.answers == {}
    assert tally.sent < tally.offered <= wanted.rate * (tally.seconds + 1)


def test_what_the_server_closes_is_opened_again_and_counted():
    tally = attacked(Attack("a", "", "", Kind.SLOWLORIS, connections=3, rate=10), 2, Curt)
    assert tally.opened > 3
    assert tally.closed > 3
    assert tally.most_open <= 3


def test_what_the_attacker_closes_in_the_end_is_not_counted():
    tally = attacked(Attack("a", "", "", Kind.SLOWLORIS, connections=3, rate=10), 0.5, Patient)
    assert (tally.opened, tally.most_open, tally.closed) == (3, 3, 0)


def test_a_slow_reader_leaves_what_it_asked_for_with_the_server():
    wanted = Attack("a", "", "", Kind.SLOW_READERS, connections=1, rate=20)
    tally = attacked(wanted, 1, Talkative)
    assert (tally.most_open, tally.answers) == (1, {})
    assert tally.sent > 5
    assert Talkative.buffered > 300_000


def test_where_nobody_listens_an_attack_comes_to_nothing():
    wanted = Attack("a", "", "", Kind.BIG_BODIES, connections=2, body_bytes=10)
    tally = asyncio.run(attack("http://127.0.0.1:9", wanted, 0.1))
    assert (tally.opened, tally.sent, tally.answers) == (0, 0, {})


def test_bad_tickets_differ_and_none_needs_escaping_in_json():
    assert len({ticket for seed in range(5) for ticket in bad_tickets(seed)}) >= 8
    assert all(ticket.isascii() and '"' not in ticket for ticket in bad_tickets(1))
