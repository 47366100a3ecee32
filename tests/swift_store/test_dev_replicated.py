"""The replicated shape: three copies on four object servers, some of which fail."""

import os
import signal
from contextlib import closing

import psutil
import pytest
import swiftclient
from swiftclient.exceptions import ClientException

from swift_store.dev import EmbeddedSwift, Shape


@pytest.fixture
def replicated(tmp_path):
    with EmbeddedSwift(tmp_path, shape=Shape.REPLICATED) as swift:
        yield swift


@pytest.fixture
def connection(replicated):
    with closing(
        swiftclient.Connection(replicated.auth_url, replicated.user, replicated.key, retries=0)
    ) as connection:
        connection.put_container("c")
        yield connection


def copies(folder, servers):
    return [len(list((folder / "devices" / server.device).rglob("*.data"))) for server in servers]


def test_an_object_is_stored_three_times_on_four_devices(replicated, connection, tmp_path):
    connection.put_object("c", "o", b"content")
    assert sorted(copies(tmp_path, replicated.object_servers)) == [0, 1, 1, 1]


def test_the_object_servers_are_processes_of_their_own(replicated):
    pids = {server.pid for server in replicated.object_servers}
    assert len(pids) == 4
    assert {psutil.Process(pid).ppid() for pid in pids} == {replicated.pid}


def test_with_one_object_server_killed_objects_are_put_and_got(replicated, connection, eventually):
    connection.put_object("c", "before", b"one")
    victim = replicated.object_servers[0]
    os.kill(victim.pid, signal.SIGKILL)
    eventually(lambda: not psutil.pid_exists(victim.pid))
    for number in range(8):
        connection.put_object("c", f"after {number}", b"two")
    assert connection.get_object("c", "before")[1] == b"one"
    assert {connection.get_object("c", f"after {number}")[1] for number in range(8)} == {b"two"}


def test_with_three_object_servers_killed_a_put_is_refused(replicated, connection):
    for server in replicated.object_servers[:3]:
        os.kill(server.pid, signal.SIGKILL)
    with pytest.raises(ClientException) as refused:
        connection.put_object("c", "o", b"content")
    assert refused.value.http_status == 503


def test_a_suspended_object_server_is_ended_with_the_rest(replicated, connection, eventually):
    suspended = replicated.object_servers[1].pid
    os.kill(suspended, signal.SIGSTOP)
    connection.put_object("c", "o", b"content")
    replicated.stop()
    eventually(lambda: not psutil.pid_exists(suspended))
