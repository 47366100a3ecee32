"""Fixtures for all tests: a running embedded Swift, and a container of its own for each test."""

import uuid

import pytest
import swiftclient

from swift_store.dev import EmbeddedSwift


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
    """The name of a new, empty container; later tests need not mind what is left in it."""
    name = f"test-{uuid.uuid4().hex}"
    connection.put_container(name)
    return name
