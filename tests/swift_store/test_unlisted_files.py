"""A Swift that ended after it had stored a manifest, and before its listing had it."""

import sqlite3
from contextlib import closing

import pytest

from swift_store.dev import EmbeddedSwift


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("swift")


@pytest.fixture(scope="module")
def swift(data):
    with EmbeddedSwift(data, background_seconds=0) as cluster:
        yield cluster


@pytest.fixture
def listed(connection, container):
    """A function that names everything that the listing has."""
    return lambda: {entry["name"] for entry in connection.get_container(container)[1]}


@pytest.fixture
def lose(data, listed):
    """A function that takes an object out of the listing, and leaves the object."""

    def lose(name):
        assert name in listed()
        for database in data.glob("devices/*/containers/**/*.db"):
            with closing(sqlite3.connect(database)) as listing, listing:
                # Swift's own function, for a digest by which replicas compare their listings.
                listing.create_function("chexor", 3, lambda digest, *_: digest)
                listing.execute("DELETE FROM object WHERE name = ?", (name,))
        assert name not in listed()

    return lose


@pytest.mark.parametrize("body", [b"x" * 100, b""], ids=["some bytes", "no bytes"])
def test_the_same_commit_again_brings_a_file_into_the_listing_that_has_lost_it(
    files, upload, listed, lose, body
):
    one = upload(body).put()
    file, _ = files.commit(one.ticket, one.md5s)
    lose(file.object_name)
    assert files.commit(one.ticket, one.md5s) == (file, False)
    assert file.object_name in listed()
    assert files.find(file.names.owner, file.names.upload_id) == file
