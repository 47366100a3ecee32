"""An owner's files in the home of today and in earlier ones: listed, found, counted, swept as one."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from swift_store import names
from swift_store.containers import Containers
from swift_store.files import FileState, FileStore
from swift_store.held_files import HeldFiles
from swift_store.limits import Usage
from swift_store.sweep import stored, sweep
from swift_store.usage import UsageReader

COUNT = 8
# With so many containers its homes were 0, 1, 2 and 6, one after another.
OWNER = "0123456789abcdef" * 2


@pytest.fixture
def containers(connection, container):
    several = Containers(container, COUNT)
    for name in several.names:
        connection.put_container(name)
    assert several.candidates(OWNER) == [several.names[number] for number in (6, 2, 1, 0)]
    return several


@pytest.fixture
def files(client, containers):
    return FileStore(client, client, containers, holding=True)


@pytest.fixture
def put(files, containers, upload):
    """A function that stores a file of the owner in each of its homes in turn, the oldest home first."""

    def put_in(state=FileState.STORED):
        homes = reversed(containers.candidates(OWNER))
        begun = [upload(b"contents", owner=OWNER, container=home).put() for home in homes]
        return [files.commit(one.ticket, one.md5s, state)[0] for one in begun]

    return put_in


def test_a_list_has_the_files_of_all_homes_newest_first(files, put):
    stored_files = [*put(), *put(FileState.HELD), *put()]
    assert list(files.page(OWNER, after=None, limit=100).files) == stored_files[::-1]


def test_pages_of_several_homes_meet_every_file_once(files, put):
    stored_files = [*put(), *put()]
    found, after = [], None
    while True:
        page = files.page(OWNER, after=after, limit=3)
        found += page.files
        if (after := page.next) is None:
            break
    assert found == stored_files[::-1]


def test_each_is_found_and_deleted_where_it_is(client, files, containers, put):
    for file in put():
        assert files.find(OWNER, file.names.upload_id) == file
        files.delete(file)
        assert files.find(OWNER, file.names.upload_id) is None
    assert not any(client.list_objects(name, prefix="", limit=1) for name in containers.names)


def test_usage_is_that_of_all_homes(client, containers, put, upload):
    put()
    upload(b"open", owner=OWNER, container=containers.names[1]).put()
    usage = UsageReader(client, containers)
    assert usage.stored(OWNER) == usage.stored() == Usage(4 * len(b"contents"), 4)
    assert usage.open_uploads(OWNER, began_after=datetime(2020, 1, 1, tzinfo=UTC)) == 1


def test_held_files_are_released_where_they_are(client, containers, files, put):
    held = HeldFiles(client, client, containers)
    kept = put(FileState.HELD)
    assert {file.container for file in held.all()} == set(containers.candidates(OWNER))
    for file in kept:
        released, was_held = held.release(OWNER, file.names.upload_id)
        assert (released.container, was_held) == (file.container, True)
    assert list(held.all()) == []
    assert {file.state for file in files.page(OWNER, after=None, limit=9).files} == {FileState.STORED}


def test_a_walk_over_all_meets_each_owner_once(client, containers, put, upload, files):
    put()
    other = upload(owner="c" * 32, container=containers.names[4]).put()
    files.commit(other.ticket, other.md5s)
    found = [one.owner for one in stored(client, containers)]
    assert found == [OWNER] * 4 + ["c" * 32]
    assert [one.owner for one in stored(client, containers, owner=OWNER)] == [OWNER] * 4


def test_a_sweep_is_of_all_containers(client, connection, containers):
    old = names.uuid7(int((time.time() - 86400) * 1000), bytes(10))
    for name in containers.names:
        connection.put_object(name, names.UploadNames(OWNER, old, "a").segment(0), b"left")
    swept = sweep(client, containers, began_before=datetime.now(UTC) - timedelta(hours=1))
    assert (swept.uploads, swept.size) == (COUNT, 4 * COUNT)
    assert not any(client.list_objects(name, prefix="", limit=1) for name in containers.names)
