"""The sweep in a real Swift: leftovers go, files and young uploads stay."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from swift_store import client as clients
from swift_store import sweep
from swift_store.containers import Containers
from swift_store.sweep import Swept

MIB = 1 << 20


@pytest.fixture
def old(upload, monkeypatch):
    """A function that begins uploads nine days ago."""

    def begin(*arguments, **options):
        now = time.time()
        with monkeypatch.context() as patch:
            patch.setattr(time, "time", lambda: now - 9 * 86400)
            return upload(*arguments, **options)

    return begin


@pytest.fixture
def listed(connection, container):
    return lambda: [entry["name"] for entry in connection.get_container(container, full_listing=True)[1]]


@pytest.fixture
def swept(client, container):
    """A function that deletes all leftovers of more than eight days and says what it was."""

    def run(**options):
        before = datetime.now(UTC) - timedelta(days=8)
        return sweep.sweep(client, Containers(container), began_before=before, **options)

    return run


def test_leftovers_go_and_all_else_stays(files, old, upload, swept, listed):
    file, young = old().put(), upload().put()
    old(b"x" * (2 * MIB + 1), owner="c" * 32).put()
    files.commit(file.ticket, file.md5s)
    kept = {"open_uploads": 1, "open_size": MIB + 5}
    rehearsed = swept(dry_run=True)
    assert rehearsed.oldest_at.date() == (datetime.now(UTC) - timedelta(days=9)).date()
    assert replace(rehearsed, oldest_at=None) == Swept(uploads=1, segments=3, size=2 * MIB + 1, **kept)
    assert swept() == rehearsed
    prefixes = {name.rpartition("/")[0] + "/" for name in listed() if name.startswith("segments/")}
    assert prefixes == {file.ticket.names.segment_prefix, young.ticket.names.segment_prefix}
    assert files.find("a" * 32, file.ticket.upload_id) is not None
    assert swept() == Swept(**kept)


def test_a_file_that_lost_a_segment_is_told_and_kept(files, old, upload, swept, connection, container):  # noqa: PLR0913, PLR0917 - fixtures
    broken, young = old().put(), upload().put()
    for one in (broken, young):
        files.commit(one.ticket, one.md5s)
        connection.delete_object(container, one.ticket.names.segment(1))
    for _ in range(2):
        assert swept() == Swept(broken_files=1, broken=(broken.ticket.upload_id,))


def test_what_was_found_so_far_is_told(old, swept):
    told = []
    for _ in range(2):
        old().put()
    whole = swept(tell=told.append)
    assert [one.uploads for one in told] == [1, 2]
    assert told[-1] == whole


def test_one_owner_or_one_upload_can_be_looked_at(old, upload, client, container):
    mine, other = upload().put(), old(owner="c" * 32).put()
    containers = Containers(container)
    ids = [one.upload_id for one in sweep.stored(client, containers, owner="c" * 32)]
    assert ids == [other.ticket.upload_id]
    found = sweep.stored(client, containers, owner="a" * 32, upload_id=mine.ticket.upload_id)
    assert [one.segment_bytes for one in found] == [MIB + 5]
    assert not list(sweep.stored(client, containers, owner="b" * 32))


def test_a_container_without_anything_has_no_leftovers(swept):
    assert swept() == Swept()


def test_a_listing_of_many_pages_is_read_to_its_end(old, swept, monkeypatch):
    monkeypatch.setattr(clients, "PAGE", 2)
    for _ in range(3):
        old().put()
    assert replace(swept(), oldest_at=None) == Swept(uploads=3, segments=6, size=3 * (MIB + 5))
