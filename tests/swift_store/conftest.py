"""Fixtures for uploads below the HTTP API: a client, its files, and uploads that put segments themselves."""

import hashlib
import secrets
import time
from contextlib import ExitStack

import pytest
import swiftclient

from swift_store.client import SwiftClient
from swift_store.containers import Containers
from swift_store.credentials import credentials_from
from swift_store.dev import EmbeddedSwift
from swift_store.dev.changes import without
from swift_store.files import FileStore
from swift_store.names import RANDOM_BYTES, uuid7
from swift_store.tickets import Ticket

MIB = 1 << 20


@pytest.fixture
def client_for():
    """A function that makes clients for a cluster, by default through its own address."""
    with ExitStack() as clients:

        def make(cluster, *, port=None, connections=2, timeout=10):
            elsewhere = {} if port is None else {"ST_AUTH": f"http://127.0.0.1:{port}/auth/v1.0"}
            credentials = credentials_from({**cluster.environ, **elsewhere})
            client = SwiftClient(credentials, connections=connections, timeout=timeout)
            clients.callback(client.close)
            return client

        yield make


@pytest.fixture(scope="session")
def dynamic_swift():
    """A cluster without Static Large Objects and without bulk delete."""
    with EmbeddedSwift(background_seconds=0, changes=without("slo", "bulk")) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def connection(swift):
    """As elsewhere, to the module's own cluster where it has one."""
    connection = swiftclient.Connection(swift.auth_url, swift.user, swift.key, retries=0)
    yield connection
    connection.close()


@pytest.fixture
def client(client_for, swift):
    return client_for(swift)


@pytest.fixture
def files(client, container):
    return FileStore(client, client, Containers(container))


class Upload:
    """An upload of BODY, whose segments go into Swift by the connection's token."""

    def __init__(self, connection, ticket, body):
        self.connection, self.ticket = connection, ticket
        size = ticket.segment_size
        self.segments = [body[start : start + size] for start in range(0, len(body), size)]
        self.md5s = [hashlib.md5(part, usedforsecurity=False).hexdigest() for part in self.segments]

    def put(self, *numbers):
        """Store these segments; all of them by default."""
        for number in numbers or range(len(self.segments)):
            self.put_other(number, self.segments[number])
        return self

    def put_other(self, number, body):
        self.connection.put_object(self.ticket.container, self.ticket.names.segment(number), body)


@pytest.fixture
def upload(connection, container):
    """A function that begins uploads of a body in segments of 1 MiB (or other sizes)."""
    begun = 0

    def begin(
        body=b"x" * (MIB + 5),
        *,
        name="a.txt",
        owner="a" * 32,
        type="text/plain",  # noqa: A002
        container=container,
    ):
        nonlocal begun
        begun += 1
        upload_id = uuid7(int(time.time() * 1000) + begun, secrets.token_bytes(RANDOM_BYTES))
        ticket = Ticket(upload_id, owner, container, name, len(body), type, MIB, int(time.time()) + 60)
        return Upload(connection, ticket, body)

    return begin
