"""How the reader yields under a real gevent hub: who gets a turn, in which order, and what a kill leaves."""

import gevent
import gevent.hub
import gevent.socket
import pytest

from proxy_upload.cooperative import CooperativeInput, CooperativeReader, LoopTurns, gevent_turns


class Endless:
    """A client that never pauses: there is always something to read."""

    def read(self, size):
        return bytes(size)

    readline = read


@pytest.fixture
def hub():
    """The hub of this thread, gone after the test."""
    hub = gevent.get_hub()
    yield hub
    hub.destroy(destroy_loop=True)


@pytest.mark.usefixtures("hub")
def test_outside_gevent_nobody_needs_a_turn():
    assert gevent_turns() is None


@pytest.mark.usefixtures("hub")
def test_under_a_hub_all_readers_share_one_queue():
    first, second = (gevent.spawn(gevent_turns).get() for _ in range(2))
    assert first == second
    assert isinstance(first.__self__, LoopTurns)


@pytest.mark.usefixtures("hub")
def test_a_socket_is_served_while_readers_never_have_to_wait():
    ours, theirs = gevent.socket.socketpair()
    served = []
    reads = []

    def upload():
        reader = CooperativeReader(Endless(), None, yield_turn=gevent_turns(), turn_seconds=0.0)
        while not served:
            reads.append(len(reader.read(1000)))

    def request():
        theirs.sendall(b"ping")

    def site():
        served.append(ours.recv(4))

    with ours, theirs:
        # The site waits for its socket before any reader starts, and the request comes while they read.
        greenlets = [gevent.spawn(site), *(gevent.spawn(upload) for _ in range(3)), gevent.spawn(request)]
        gevent.joinall(greenlets, raise_error=True)
    assert served == [b"ping"]
    assert reads


def test_readers_take_turns_one_after_the_other_and_one_in_each_round_of_the_loop(hub):
    turns = LoopTurns(hub)
    rounds = []
    count = [0]
    check = hub.loop.check()
    check.start(lambda: count.__setitem__(0, count[0] + 1))

    def reader(name):
        for _ in range(4):
            turns.wait()
            rounds.append((name, count[0]))

    gevent.joinall([gevent.spawn(reader, name) for name in "abc"], raise_error=True)
    check.stop()
    check.close()
    assert [name for name, _ in rounds] == list("abcabcabcabc")
    numbers = [number for _, number in rounds]
    assert len(set(numbers)) == len(numbers)


def test_a_request_is_answered_before_the_next_turn_however_many_readers_there_are(hub):
    """As in a server: a watcher notices the request, and spawns a greenlet that answers it."""
    turns = LoopTurns(hub)
    ours, theirs = gevent.socket.socketpair()
    log = []

    def answer():
        log.append("answer")

    def notice():
        watcher.stop()
        gevent.spawn(answer)

    def upload(number):
        while "answer" not in log:
            turns.wait()
            log.append("turn")
            if number == 7 and log.count("turn") > 30 and "request" not in log:
                theirs.sendall(b"request")
                log.append("request")

    with ours, theirs:
        watcher = hub.loop.io(ours.fileno(), 1)
        watcher.start(notice)
        gevent.joinall([gevent.spawn(upload, number) for number in range(20)], raise_error=True)
        watcher.close()
    assert log[log.index("request") + 1 : log.index("answer")] == []


def test_a_kill_before_its_turn_takes_a_reader_out_of_the_queue(hub):
    turns = LoopTurns(hub)
    served = []

    def victim():
        turns.wait()
        served.append("victim")

    def killer():
        gevent.kill(waiting)
        turns.wait()
        served.append("killer")

    waiting = gevent.spawn(victim)
    gevent.spawn(killer).get()
    assert served == ["killer"]
    assert not turns._queue


@pytest.mark.usefixtures("hub")
def test_the_middleware_yields_by_itself_under_a_hub(monkeypatch):
    given = []
    wait = LoopTurns.wait
    monkeypatch.setattr(LoopTurns, "wait", lambda turns: (given.append(turns), wait(turns)))
    environ = {"wsgi.input": Endless(), "CONTENT_LENGTH": str(5 << 20)}

    def app(environ, _start_response):
        return [sum(map(len, iter(lambda: environ["wsgi.input"].read(65536), b"")))]

    assert gevent.spawn(CooperativeInput(app, turn_bytes=1 << 20), environ, None).get() == [5 << 20]
    assert len(given) >= 4
