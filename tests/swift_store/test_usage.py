"""How much is stored, counted in a real Swift."""

from datetime import UTC, datetime, timedelta

import pytest

from swift_store import client as clients
from swift_store.containers import Containers
from swift_store.files import FileState, FileStore
from swift_store.limits import Usage
from swift_store.usage import UsageReader

MIB = 1 << 20
OWNER, SOMEBODY = "a" * 32, "b" * 32
LONG_AGO = datetime.fromtimestamp(0, UTC)


@pytest.fixture
def reader(client, container, monkeypatch):
    """A reader whose pages are so short that a few files take several."""
    monkeypatch.setattr(clients, "PAGE", 2)
    return UsageReader(client, Containers(container))


@pytest.fixture
def files(client, container):
    return FileStore(client, client, Containers(container), holding=True)


@pytest.fixture
def store(files, upload):
    """A function that stores a file of so many bytes."""

    def make(size, owner=OWNER, state=FileState.STORED):
        one = upload(b"x" * size, owner=owner)
        return files.commit(one.ticket, one.put().md5s, state)[0]

    return make


def test_nobody_has_anything_in_the_beginning(reader):
    assert reader.stored(OWNER) == reader.stored() == Usage()
    assert reader.open_uploads(OWNER, began_after=LONG_AGO) == 0


def test_files_count_with_their_whole_size_held_ones_too(reader, store):
    for size in (0, 5, MIB + 7):
        store(size)
    store(100, state=FileState.HELD)
    store(1000, owner=SOMEBODY)
    assert reader.stored(OWNER) == Usage(MIB + 112, 4)
    assert reader.stored() == Usage(MIB + 1112, 5)


def test_a_deleted_file_does_not_count(reader, files, store):
    store(3)
    files.delete(store(5))
    assert reader.stored(OWNER) == Usage(3, 1)


def test_uploads_that_have_segments_and_no_file_are_open(reader, store, upload):
    store(5)
    store(5, state=FileState.HELD)
    for _ in range(3):
        upload(b"x" * (MIB + 1)).put()
    upload(b"x", owner=SOMEBODY).put()
    upload(b"nothing sent")
    assert reader.open_uploads(OWNER, began_after=LONG_AGO) == 3
    assert reader.open_uploads(began_after=LONG_AGO) == 4


def test_uploads_that_can_not_be_completed_any_more_are_not_open(reader, upload):
    upload(b"x").put()
    now = datetime.now(UTC)
    assert reader.open_uploads(OWNER, began_after=now - timedelta(minutes=1)) == 1
    assert reader.open_uploads(OWNER, began_after=now + timedelta(minutes=1)) == 0
