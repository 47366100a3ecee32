"""The fault proxy does to chosen requests what a fault says, and to nobody else anything."""

import socket
import threading
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from bench.faults import wire
from bench.faults.proxy import Witness

BODY = bytes(range(256)) * 1000


@pytest.fixture
def put(proxy):
    """A function that PUTs through the proxy, on a connection of its own; returns the answer."""

    def put(path="/a", body=BODY, **options):
        with httpx.Client(base_url=proxy.url, trust_env=False, timeout=options.pop("timeout", 20)) as client:
            return client.put(path, content=body, **options)

    return put


def every(_request):
    return True


def test_without_a_fault_requests_and_answers_pass_as_they_are(proxy, server, put, eventually):
    assert put("/a?b=c").content == BODY
    assert server.heard == [("PUT", "/a?b=c", BODY)]
    # It is noted once the whole answer has gone on.
    eventually(lambda: proxy.seen)
    assert [(seen.request.path, seen.request.query, seen.status) for seen in proxy.seen] == [
        ("/a", "b=c", 200)
    ]


def test_a_connection_carries_many_requests(proxy, server):
    with httpx.Client(base_url=proxy.url, trust_env=False) as client:
        assert [client.put(f"/{number}", content=b"x").status_code for number in range(5)] == [200] * 5
    assert len(server.heard) == 5


def test_a_fault_meets_what_it_is_meant_for_and_so_often(proxy, put):
    strike = proxy.strike(lambda request: request.path == "/b", wire.Refuse(503), times=2)
    assert [put(path).status_code for path in ("/a", "/b", "/b", "/b")] == [200, 503, 503, 200]
    assert (strike.met, strike.finished) == (2, 2)


@pytest.mark.parametrize(
    ("fault", "heard"),
    [
        (wire.Reset(after=0), 0),
        (wire.Reset(after=1000), 0),
        (wire.LoseAnswer(), 1),
        (wire.TruncateAnswer(), 1),
    ],
    ids=["reset at once", "reset in the body", "lost answer", "half an answer"],
)
def test_a_connection_ends_and_the_server_has_heard_all_or_nothing(proxy, server, put, fault, heard):
    proxy.strike(every, fault)
    with pytest.raises(httpx.TransportError):
        put()
    assert [request[2] for request in server.heard] == [BODY] * heard
    assert put().status_code == 200


@pytest.mark.parametrize("fault", [wire.Stall(after=1000), wire.HalfOpen()], ids=["stalled", "half-open"])
def test_nothing_comes_back_until_the_client_gives_up(proxy, server, put, fault, eventually):
    strike = proxy.strike(every, fault)
    with pytest.raises(httpx.TimeoutException):
        put(timeout=0.3)
    eventually(lambda: strike.finished == 1)
    assert server.heard == []


def test_one_byte_is_changed_wherever_it_comes(proxy, server, put):
    proxy.strike(every, wire.Corrupt(at=len(BODY) - 1))
    put()
    (arrived,) = [body for _, _, body in server.heard]
    assert [index for index in range(len(BODY)) if arrived[index] != BODY[index]] == [len(BODY) - 1]


def test_a_body_without_that_byte_is_spared(proxy, put, eventually):
    strike = proxy.strike(every, wire.Corrupt(at=len(BODY)))
    assert strike.has_struck is False
    assert put().content == BODY
    eventually(lambda: strike.finished == 1)
    assert not strike.has_struck


def test_an_answer_can_be_dated_ahead(proxy, put):
    before = parsedate_to_datetime(put().headers["Date"])
    proxy.strike(every, wire.Redate(86400.0))
    answer = put()
    assert answer.content == BODY
    assert parsedate_to_datetime(answer.headers["Date"]) - before >= timedelta(days=1)


def test_a_witness_sees_what_was_granted_before_the_client_hears_of_it(proxy, server, put):
    seen = []

    def look(request):
        seen.append((request.path, len(server.heard)))

    proxy.witness = Witness(lambda request: request.path == "/b", look)
    proxy.strike(lambda request: request.path == "/b", wire.LoseAnswer())
    put("/a")
    with pytest.raises(httpx.TransportError):
        put("/b")
    assert seen == [("/b", 2)]
    proxy.strike(every, wire.Refuse(503))
    put("/b")
    assert seen == [("/b", 2)]


@pytest.mark.parametrize("fault", [wire.Repeat(), wire.Double()], ids=["one after the other", "at once"])
def test_a_request_arrives_twice_and_is_answered_once(proxy, server, put, fault):
    proxy.strike(every, fault)
    assert put().content == BODY
    assert [request[2] for request in server.heard] == [BODY] * 2


def test_a_trickle_arrives_whole(proxy, put):
    proxy.strike(every, wire.Trickle(pause_seconds=0))
    assert put().content == BODY


@pytest.mark.parametrize(("status", "readable"), [(503, True), (401, False)])
def test_a_refusal_is_readable_for_pages_as_swifts_is(proxy, put, status, readable):
    proxy.strike(every, wire.Refuse(status))
    answer = put(headers={"Origin": "http://page"})
    assert answer.status_code == status
    assert ("access-control-allow-origin" in answer.headers) is readable


@pytest.mark.parametrize(
    ("fault", "order"),
    [
        (wire.First, ["happened", "heard"]),
        (wire.Then, ["heard", "happened"]),
        (wire.Instead, ["happened"]),
    ],
    ids=["first", "then", "instead"],
)
def test_something_else_happens_at_a_request(proxy, server, put, fault, order):
    seen = []
    proxy.strike(every, fault(lambda: seen.extend(["heard"] * len(server.heard) + ["happened"])))
    try:
        put()
    except httpx.TransportError:
        assert fault is not wire.First
    heard = ["heard"] * (len(server.heard) - seen.count("heard"))
    assert seen + heard == order


def test_a_held_request_arrives_when_it_is_let_go(proxy, server, put, eventually):
    hold = wire.Hold()
    strike = proxy.strike(every, hold)
    waiting = threading.Thread(target=put)
    waiting.start()
    eventually(lambda: strike.met == 1)
    assert server.heard == []
    proxy.call(hold.release)
    waiting.join()
    assert len(server.heard) == 1


def test_a_shut_port_refuses_and_takes_again(proxy, put, is_listening):
    proxy.shut()
    assert not is_listening(proxy)
    proxy.mend()
    assert is_listening(proxy)
    assert put().status_code == 200


def test_what_is_no_http_harms_nobody(proxy, put):
    with socket.create_connection(("127.0.0.1", proxy.port)) as stranger:
        stranger.sendall(b"\x16\x03\x01 not HTTP\r\n\r\n")
        assert put().status_code == 200
