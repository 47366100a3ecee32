"""The Locust users, as ordinary Locust against real servers: what they send, and the rows that they write."""

import itertools
import socket
import subprocess
import sys
import time
from collections import Counter
from itertools import takewhile

import pytest

from bench.architectures import CONTENDERS
from bench.arrivals import arrivals
from bench.records import Upload, Visit
from bench.rows import read_rows
from bench.runner.ports import free_port, url
from bench.runner.server import Launch, running
from bench.runner.swift import prepare, server_environ
from bench.runner.ward import Place
from bench.users.handover import TrafficAt

CONTENDER = {one.name: one for one in CONTENDERS}
SIZES = {0, 70_000, 40_000_000}


@pytest.fixture(scope="module")
def swift_environ(swift, tmp_path_factory):
    environ = dict(swift.environ) | server_environ()
    prepare(environ, tmp_path_factory.mktemp("setup") / "log", Place())
    return environ


@pytest.fixture
def stored_sizes(connection, swift_environ):
    """A function that counts the files in Swift by their size."""

    def count():
        container = swift_environ["DIRECT_UPLOAD_CONTAINER"]
        files = connection.get_container(container, prefix="files/", full_listing=True)[1]
        heads = [connection.head_object(container, file["name"]) for file in files]
        return Counter(int(head["content-length"]) for head in heads)

    return count


@pytest.fixture
def site(swift_environ, tmp_path):
    """Start a contender with one worker; return its address."""
    wards = []

    def start(name):
        launch = Launch(CONTENDER[name], 1, free_port(), swift_environ, Place())
        scratch = tmp_path / name
        scratch.mkdir()
        context = running(launch, scratch)
        context.__enter__()
        wards.append(context)
        return url(launch.port)

    yield start
    for context in wards:
        context.__exit__(None, None, None)


@pytest.mark.parametrize("way", [("direct", "DirectUploader"), ("spool-gthread", "ProxyUploader")])
def test_uploaders_store_files_of_every_size(way, site, locust, eventually, stored_sizes):
    name, user = way
    sizes = ",".join(str(size) for size in SIZES)
    clients = locust("--host", site(name), "-u", "3", "-r", "3", user, "--upload-sizes", sizes)
    clients.go()
    eventually(lambda: {row.size for row in clients.rows(Upload) if row.ok} == SIZES)
    output = clients.end()
    rows = clients.rows(Upload)
    assert [row.error for row in rows if row.error] == []
    assert all(row.bytes_sent == row.size for row in rows if row.ok)
    assert {row.finished is None for row in rows if not row.ok} <= {True}
    assert "whole file" in output
    stored = stored_sizes()
    done = Counter(row.size for row in rows if row.ok)
    assert all(stored[size] >= count for size, count in done.items())


def test_an_upload_that_is_under_way_at_the_end_is_a_row_that_says_how_far_it_was(site, locust, eventually):
    clients = locust(
        "--host", site("direct"), "-u", "1", "DirectUploader", "--upload-sizes", "1GB", "--bandwidth", "8Mbit"
    )
    clients.go()
    eventually(lambda: clients.rows(TrafficAt) and clients.rows(TrafficAt)[-1].sent)
    # The upload was created; a second of its megabyte a second follows.
    time.sleep(1)
    clients.end()
    (row,) = clients.rows(Upload)
    assert (row.finished, row.ok, row.error, row.size) == (None, False, "", 10**9)
    assert 0 < row.bytes_sent < 10**8


def test_a_refused_upload_is_a_row_with_the_reason(site, locust, eventually):
    # The direct site has no such page: a form sent to it is an upload that fails.
    clients = locust("--host", site("direct"), "-u", "1", "ProxyUploader", "--upload-sizes", "1kB")
    clients.go()
    eventually(lambda: clients.rows(Upload))
    clients.end()
    assert {(row.ok, row.error[:12]) for row in clients.rows(Upload)} == {(False, "Refused: 404")}


def test_nobody_there_is_a_failed_upload_and_an_unanswered_visit(locust, eventually):
    address = url(free_port())
    clients = locust("--host", address, "-u", "2", "-r", "2", "DirectUploader", "Visitor")
    clients.go()
    eventually(lambda: clients.rows(Upload) and clients.rows(Visit))
    clients.end()
    assert all("ConnectionRefused" in row.error for row in clients.rows(Upload))
    assert all((row.finished, row.ok) == (None, False) for row in clients.rows(Visit))


def test_visits_are_those_of_the_schedule(site, locust, eventually):
    clients = locust(
        "--host",
        site("direct"),
        "-u",
        "1",
        "Visitor",
        "--visit-rate",
        "50",
        "--visit-path",
        "/healthz",
        "--visit-seed",
        "s",
    )
    clients.go()
    eventually(lambda: len(clients.rows(Visit)) > 60)
    clients.end()
    rows = sorted(clients.rows(Visit), key=lambda row: row.intended)
    schedule = list(itertools.islice(arrivals(50, "s-0-1"), len(rows)))
    begin = rows[0].intended - schedule[0]
    assert [row.intended - begin for row in rows] == pytest.approx(schedule, abs=1e-4)
    answered = [row for row in rows if row.finished is not None]
    assert len(answered) >= 60
    assert all(row.ok and row.status == 200 and row.path == "/healthz" for row in answered)
    assert all(row.intended <= row.started <= row.finished for row in answered)


def test_a_frozen_server_delays_no_visit(locust, eventually):
    """It takes connections, as a kernel does for a server that stands still, and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as frozen:
        clients = locust(
            "--host",
            url(frozen.getsockname()[1]),
            "-u",
            "1",
            "Visitor",
            "--visit-rate",
            "100",
            "--visit-seed",
            "s",
        )
        clients.go()
        eventually(lambda: len(clients.rows(TrafficAt)) > 20)
        clients.end()
        rows = sorted(clients.rows(Visit), key=lambda row: row.intended)
    seconds = rows[-1].intended - rows[0].intended
    due = list(takewhile(lambda t: t < seconds, arrivals(100, "s-0-1")))
    assert len(rows) == pytest.approx(len(due), abs=2)
    assert {(row.finished, row.ok, row.error) for row in rows} == {(None, False, "unanswered")}


def test_two_workers_make_the_visits_that_one_process_would(site, locust, eventually):
    """The same seed with two streams: each worker has its own part, and together they have the rate."""
    port = str(free_port())
    ports = ["--master-bind-port", port, "--master-port", port]
    clients = locust(
        "--host",
        site("direct"),
        "--processes",
        "2",
        *ports,
        "-u",
        "2",
        "-r",
        "2",
        "Visitor",
        "--visit-rate",
        "25",
        "--visit-path",
        "/healthz",
        "--visit-seed",
        "s",
    )
    clients.go()
    eventually(lambda: len(clients.rows(Visit)) > 60)
    clients.end()
    by_process = [len(list(read_rows(file, Visit))) for file in clients.folder.glob("visits-*.csv")]
    # The master visits nothing.
    assert sorted(count > 0 for count in by_process) == [False, True, True]
    times = sorted(row.intended for row in clients.rows(Visit))
    assert len(set(times)) == len(times)
    assert all(row.ok for row in clients.rows(Visit) if row.finished is not None)


def test_a_surge_comes_and_goes(site, locust):
    shape = ["-f", "bench/locustfile.py,bench/surge.py", "--surge", "1:0,4:3,6:0", "--stop-timeout", "60"]
    clients = locust("--host", site("direct"), "DirectUploader", "--upload-sizes", "1MB", *shape)
    clients.go()
    # It ends by itself, after the last step.
    clients.output()
    rows = clients.rows(Upload)
    assert len({row.client for row in rows}) == 3
    assert all(row.ok for row in rows)


def test_the_runner_itself_loads_no_locust():
    """Locust replaces the standard library's blocking calls, of which the runner needs the real ones."""
    script = "import sys, bench.__main__; sys.exit('locust' in sys.modules or 'gevent' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)
