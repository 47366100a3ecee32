"""Fixtures for all tests: a running embedded Swift, a container for each test, and a way to wait."""

import time
import uuid

import pytest
import swiftclient

from swift_store.dev import EmbeddedSwift

PATIENCE_SECONDS = 20
PAUSE_SECONDS = 0.05


@pytest.fixture(scope="session")
def swift():
    """A running single-process cluster, whose background work passes every half second."""
    with EmbeddedSwift(background_seconds=0.5) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def connection(swift):
    """A swiftclient connection with a token for the cluster's account."""
    connection = swiftclient.Connection(swift.auth_url, swift.user, swift.key, retries=0)
    yield connection
    connection.close()


@pytest.fixture
def container(connection):
    """The name of a new, empty container; what is left in it disturbs nobody."""
    name = f"test-{uuid.uuid4().hex}"
    connection.put_container(name)
    return name


@pytest.fixture(scope="session")
def eventually():
    """A function that waits until its argument returns something true, and fails when that never comes."""

    def wait(condition):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, "this never came true"
            time.sleep(PAUSE_SECONDS)

    return wait
