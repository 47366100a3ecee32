"""Under attack the site serves others, keeps its memory, and ends what never comes to an end."""

import socket
import time

import httpx
import psutil
import pytest

from bench.hostile.attacks import Attack, Kind

MB = 1_000_000
WISH = {"name": "a.txt", "size": 5, "type": "text/plain"}
SECONDS = 3
SLOW_READERS = Attack("r", "", "", Kind.SLOW_READERS, connections=200, rate=400)
TIMEOUT_SECONDS = 20
VISITS = 15

# What is done, for how many seconds, and what it is answered. Some take longer to come to it.
ATTACKS = {
    "slowloris": (Attack("s", "", "", Kind.SLOWLORIS, connections=1000, rate=500), 8, set()),
    "bad tickets": (Attack("t", "", "", Kind.BAD_TICKETS, connections=50, rate=10_000), SECONDS, {400}),
    "announced bodies": (Attack("a", "", "", Kind.BIG_BODIES, connections=1, body_bytes=100 * MB), 8, {413}),
    "all bodies": (Attack("b", "", "", Kind.BIG_BODIES, connections=4, body_bytes=100 * MB), 8, {413}),
    "slow readers": (SLOW_READERS, SECONDS, set()),
}


@pytest.fixture(scope="module")
def site(start_site):
    with start_site() as site:
        yield site


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_others_are_served_meanwhile_and_memory_is_bounded(site, attacking, eventually, attack):
    attack, seconds, statuses = attack
    before = site.peak_bytes
    with attacking(site, attack, seconds) as tallies:
        eventually(lambda: len(site.connections) >= attack.connections)
        for _ in range(VISITS):
            with httpx.Client(base_url=site.url, timeout=TIMEOUT_SECONDS) as visitor:
                assert visitor.get("/healthz").status_code == 200
                assert visitor.post("/api/uploads", json=WISH).status_code == 201
    (tally,) = tallies
    assert tally.most_open == attack.connections
    assert set(tally.answers) == statuses
    assert site.peak_bytes < before + 64 * MB
    eventually(lambda: not site.connections)
    assert "Traceback" not in site.log


def test_a_request_that_never_ends_is_ended(start_site, attacking, eventually):
    with start_site(idle=1) as site:
        slow = Attack("s", "", "", Kind.SLOWLORIS, connections=20, rate=40)
        with attacking(site, slow, 4) as tallies:
            pass
        assert tallies[0].closed >= slow.connections
        eventually(lambda: not site.connections)


def test_an_answer_that_nobody_takes_is_given_up(start_site, attacking, eventually):
    with start_site(idle=1) as site:
        with attacking(site, SLOW_READERS, 4) as tallies:
            pass
        assert tallies[0].closed > 0
        eventually(lambda: not site.connections)


def begun(site, length):
    """A connection that announces a body, and sends little of it."""
    address = httpx.URL(site.url)
    connection = socket.create_connection((address.host, address.port), TIMEOUT_SECONDS)
    connection.sendall(b"POST /api/uploads HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n{" % length)
    return connection


@pytest.mark.parametrize("length", [1000, 100 * MB])
def test_a_body_that_never_comes_is_ended(start_site, length):
    with start_site(idle=1) as site, begun(site, length) as connection:
        assert connection.recv(1) == b""


@pytest.mark.parametrize("length", [1000, 100 * MB])
def test_who_hung_up_in_the_middle_of_a_body_does_not_hold_up_the_stop(start_site, eventually, length):
    with start_site() as site:
        with begun(site, length):
            eventually(lambda: site.connections)
        eventually(lambda: not site.connections)
        site.process.terminate()
        eventually(lambda: not site.process.is_running() or site.process.status() == psutil.STATUS_ZOMBIE)
    assert "requests open" not in site.log


# Of 320 file descriptors, 64 are for connections.
@pytest.mark.parametrize(("kind", "connections"), [(Kind.SLOWLORIS, 500), (Kind.SLOW_READERS, 64)], ids=str)
def test_with_few_file_descriptors_the_idle_make_room_for_others(
    start_site, attacking, eventually, kind, connections
):
    with start_site(files=320) as site:
        many = Attack("s", "", "", kind, connections, rate=1000)
        with attacking(site, many, SECONDS) as tallies:
            eventually(lambda: len(site.connections) > 40)
            time.sleep(SECONDS / 2)
            for _ in range(VISITS):
                assert httpx.get(f"{site.url}/healthz", timeout=TIMEOUT_SECONDS).status_code == 200
        assert tallies[0].closed > 0
        assert "Too many open files" not in site.log
