"""The reader against bodies of every shape, its turns counted, and the middleware around an application."""

import errno
import io
import socket
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest

from proxy_upload.cooperative import (
    ClientDisconnected,
    CooperativeInput,
    CooperativeReader,
    body_length,
    bytes_waiting,
)

LINES = b"one\n\ntwo\r\n" + b"x" * 70_000 + b"\nlast without end"
READ_SIZES = st.integers(min_value=1, max_value=4096)


class Client:
    """An input stream as a server gives it: what arrived from a client, at most `piece` bytes a read."""

    def __init__(self, arrived, piece=None, error=None):
        self._arrived = io.BytesIO(arrived)
        self._piece = piece
        self._error = error
        self.asked = []

    def read(self, size):
        return self._give(self._arrived.read, size)

    def readline(self, size):
        return self._give(self._arrived.readline, size)

    def _give(self, method, size):
        self.asked.append(size)
        data = method(size if self._piece is None else min(size, self._piece))
        if not data and self._error is not None:
            raise self._error
        return data

    def left(self):
        return len(self._arrived.getvalue()) - self._arrived.tell()


class Turns:
    """Counts the turns given; a clock that only the test moves."""

    def __init__(self):
        self.given = 0
        self.now = 0.0

    def give(self):
        self.given += 1

    def clock(self):
        return self.now


def read_by(reader, size):
    return b"".join(iter(lambda: reader.read(size), b""))


WAYS_TO_READ = {
    "whole": lambda reader: reader.read(),
    "whole with None": lambda reader: reader.read(None),
    "whole with readall": lambda reader: reader.readall(),
    "in one big read": lambda reader: reader.read(10_000_000),
    "byte by byte": lambda reader: b"".join(reader.read(1) for _ in range(100_000)) + reader.read(),
    "by 1000 bytes": lambda reader: read_by(reader, 1000),
    "by 64 KiB": lambda reader: read_by(reader, 65536),
    "by lines": lambda reader: b"".join(iter(reader.readline, b"")),
    "by short lines": lambda reader: b"".join(iter(lambda: reader.readline(7), b"")),
    "by readlines": lambda reader: b"".join(reader.readlines()),
    "by iteration": b"".join,
    "buffered": lambda reader: io.BufferedReader(reader).read(),
}
BODIES = {"empty": b"", "a byte": b"a", "lines": LINES, "larger than a piece": bytes(range(256)) * 10_000}
WAITING = {"unknown": None, "nothing": lambda: 0, "a little": lambda: 100, "a lot": lambda: 1 << 20}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("way", WAYS_TO_READ.values(), ids=WAYS_TO_READ)
@pytest.mark.parametrize("waiting", WAITING.values(), ids=WAITING)
@pytest.mark.parametrize("chunked", [False, True], ids=["with length", "chunked"])
def test_every_way_of_reading_gives_the_whole_body(body, way, waiting, chunked):
    reader = CooperativeReader(Client(body), None if chunked else len(body), waiting=waiting)
    assert way(reader) == body
    assert reader.read(5) == reader.read() == reader.readline() == b""
    assert reader.is_exhausted


@given(
    body=st.binary(max_size=5000),
    behind=st.binary(max_size=100),
    piece=st.one_of(st.none(), READ_SIZES),
    waiting=st.integers(min_value=0, max_value=5000),
    calls=st.lists(st.tuples(st.sampled_from(["read", "readline", "readinto"]), READ_SIZES)),
)
def test_any_mixture_of_calls_reads_as_a_file_would_and_nothing_behind_the_length(
    body, behind, piece, waiting, calls
):
    stream = Client(body + behind, piece)
    reader = CooperativeReader(stream, len(body), waiting=lambda: waiting)
    file = io.BytesIO(body)
    for method, size in calls:
        if method == "readinto":
            buffer = bytearray(size)
            assert buffer[: reader.readinto(buffer)] == file.read(size)
        else:
            assert getattr(reader, method)(size) == getattr(file, method)(size)
    assert reader.read() == file.read()
    assert stream.left() == len(behind)


@given(
    body=st.binary(min_size=1, max_size=3000), size=READ_SIZES, waiting=st.integers(0, 3000), data=st.data()
)
def test_a_body_that_ends_early_is_an_error_and_stays_one(body, size, waiting, data):
    arrived = body[: data.draw(st.integers(0, len(body) - 1))]
    reader = CooperativeReader(Client(arrived), len(body), waiting=lambda: waiting)
    with pytest.raises(ClientDisconnected, match=f"after {len(arrived)} bytes \\({len(body)} announced\\)"):
        read_by(reader, size)
    for again in (reader.read, reader.readline, lambda: reader.read(1)):
        with pytest.raises(ClientDisconnected):
            again()


@pytest.mark.parametrize("way", WAYS_TO_READ.values(), ids=WAYS_TO_READ)
@pytest.mark.parametrize("length", [len(LINES) + 1, None], ids=["with length", "chunked"])
def test_no_way_of_reading_takes_a_broken_body_for_a_whole_one(way, length):
    error = None if length else OSError("no more data")
    with pytest.raises(ClientDisconnected):
        way(CooperativeReader(Client(LINES, error=error), length))


def test_a_chunked_body_that_broke_does_not_end_in_order_on_the_next_read():
    # gunicorn's reader raises once, and then answers b"" as if the body had ended.
    stream = Client(b"abc", error=OSError("no more data"))
    reader = CooperativeReader(stream, None)
    with pytest.raises(ClientDisconnected, match="no more data"):
        reader.read()
    stream._error = None
    with pytest.raises(ClientDisconnected, match="no more data"):
        reader.read()


def test_a_disconnect_is_a_400_for_werkzeug_an_os_error_for_django_and_a_reset_for_gunicorn():
    gone = ClientDisconnected("gone")
    assert isinstance(gone, BadRequest)
    assert gone.code == 400
    assert gone.description == "gone"
    assert isinstance(gone, ConnectionError)
    assert gone.errno == errno.ECONNRESET
    assert gone.args == (errno.ECONNRESET, "gone")


def test_what_waits_is_read_at_once_and_handed_out_in_the_sizes_asked_for():
    stream = Client(bytes(300_000))
    reader = CooperativeReader(stream, 300_000, waiting=lambda: 250_000, read_ahead=200_000)
    assert {len(reader.read(1000)) for _ in range(300)} == {1000}
    assert stream.asked == [200_000, 100_000]


def test_a_read_asks_for_no_more_than_it_needs_when_less_waits():
    stream = Client(bytes(10_000))
    reader = CooperativeReader(stream, 10_000, waiting=lambda: 500)
    reader.read(1000)
    assert stream.asked == [1000]


def test_a_big_read_is_not_chopped():
    stream = Client(bytes(1 << 20))
    assert len(CooperativeReader(stream, 1 << 20).read(1 << 20)) == 1 << 20
    assert stream.asked == [1 << 20]


def test_lines_that_wait_cost_one_read_of_the_server_together():
    stream = Client(b"line\n" * 1000)
    assert len(list(CooperativeReader(stream, 5000, waiting=lambda: 5000))) == 1000
    assert stream.asked == [5000]


def test_without_a_way_to_yield_nothing_is_counted():
    assert CooperativeReader(Client(LINES), len(LINES), turn_seconds=0.0).read() == LINES


BUDGETS = [
    ("ten reads within the budget", 0.00004, 0),
    ("reads that each use it up", 0.0005, 9),
    ("reads that each use up half of it", 0.00025, 4),
]


@pytest.mark.parametrize(
    ("seconds_a_read", "turns_given"), [case[1:] for case in BUDGETS], ids=[case[0] for case in BUDGETS]
)
def test_a_turn_is_given_when_the_budget_of_time_is_used_up(seconds_a_read, turns_given):
    turns = Turns()
    reader = CooperativeReader(
        Client(bytes(10_000)), 10_000, yield_turn=turns.give, clock=turns.clock, turn_seconds=0.0005
    )
    for _ in range(10):
        reader.read(1000)
        turns.now += seconds_a_read
    assert turns.given == turns_given


def test_a_turn_is_given_when_the_budget_of_bytes_is_used_up():
    turns = Turns()
    reader = CooperativeReader(
        Client(bytes(10_000)), 10_000, yield_turn=turns.give, clock=turns.clock, turn_bytes=3000
    )
    read_by(reader, 1000)
    assert turns.given == 3


@pytest.mark.parametrize("way", [reads for name, reads in WAYS_TO_READ.items() if name != "buffered"])
def test_no_way_of_reading_goes_on_without_turns(way):
    turns = Turns()
    body = (b"x" * 99 + b"\n") * 50_000
    way(CooperativeReader(Client(body), len(body), yield_turn=turns.give, clock=turns.clock))
    assert turns.given >= len(body) // (1 << 20) - 1


def environ_of(body=b"", **values):
    environ = {"REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(body), "QUERY_STRING": "", **values}
    setup_testing_defaults(environ)
    return environ


LENGTHS = [
    ({"CONTENT_LENGTH": "12"}, 12),
    ({"CONTENT_LENGTH": ""}, 0),
    ({}, 0),
    ({"CONTENT_LENGTH": "-1"}, 0),
    ({"CONTENT_LENGTH": "1e3"}, 0),
    ({"CONTENT_LENGTH": "\u0661"}, 0),
    ({"HTTP_TRANSFER_ENCODING": "chunked"}, 0),
    ({"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}, None),
    ({"HTTP_TRANSFER_ENCODING": "gzip, Chunked", "wsgi.input_terminated": True, "CONTENT_LENGTH": "5"}, None),
]


@pytest.mark.parametrize(("environ", "length"), LENGTHS)
def test_the_length_of_a_body(environ, length):
    assert body_length(environ) == length


def call(app, environ):
    answers = []
    response = app(environ, lambda status, _headers, _error=None: answers.append(status))
    try:
        return answers[0], b"".join(response)
    finally:
        getattr(response, "close", lambda: None)()


def echo(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [body]


def test_the_middleware_keeps_to_wsgi_on_both_sides():
    app = validator(CooperativeInput(validator(echo)))
    environ = environ_of(b"hello", CONTENT_LENGTH="5", SERVER_PROTOCOL="HTTP/1.1")
    assert call(app, environ) == ("200 OK", b"hello")


def test_a_request_without_a_body_is_left_as_it_is():
    environ = environ_of()
    stream = environ["wsgi.input"]
    call(CooperativeInput(echo), environ)
    assert environ["wsgi.input"] is stream
    assert "wsgi.input_terminated" not in environ


def refuse(_environ, start_response):
    start_response("413 Content Too Large", [])
    return [b"too large"]


def test_what_the_application_leaves_is_drained_in_turns_after_its_answer():
    turns = Turns()
    environ = environ_of(bytes(5 << 20), CONTENT_LENGTH=str(5 << 20))
    stream = environ["wsgi.input"]
    assert call(CooperativeInput(refuse, turns=lambda: turns.give), environ)[1] == b"too large"
    assert stream.tell() == 5 << 20
    assert turns.given >= 4


def test_a_client_that_goes_away_while_it_is_drained_disturbs_nobody():
    environ = environ_of(b"short", CONTENT_LENGTH="100")
    assert call(CooperativeInput(refuse), environ) == ("413 Content Too Large", b"too large")


def test_a_response_that_is_closed_is_closed_once_and_before_the_draining():
    closed_at = []

    class Response(io.BytesIO):
        def close(self):
            closed_at.append(stream.tell())
            super().close()

    environ = environ_of(b"body", CONTENT_LENGTH="4")
    stream = environ["wsgi.input"]

    def app(_environ, start_response):
        start_response("200 OK", [])
        return Response(b"fine")

    assert call(CooperativeInput(app), environ) == ("200 OK", b"fine")
    assert closed_at == [0]


def test_the_kernel_is_asked_how_much_waits_only_where_that_is_the_body():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"abc")
        waiting = bytes_waiting({"gunicorn.socket": ours, "SERVER_PROTOCOL": "HTTP/1.1"})
        assert waiting() == 3
        assert bytes_waiting({"gunicorn.socket": ours, "SERVER_PROTOCOL": "HTTP/2"}) is None
        assert bytes_waiting({"SERVER_PROTOCOL": "HTTP/1.1"}) is None
