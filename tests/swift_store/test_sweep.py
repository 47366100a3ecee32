"""The sweep in a real Swift: leftovers and strays go, files and young uploads stay."""

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


def test_what_was_sent_beside_a_complete_file_goes_and_the_file_stays(  # noqa: PLR0913, PLR0917 - fixtures
    files, old, upload, swept, listed, connection, container
):
    """The signature of an upload is good for any name below its prefix, also after it is complete."""
    file, young = old(b"1").put(), upload(b"1").put()
    for one in (file, young):
        files.commit(one.ticket, one.md5s)
        one.put_other(1, b"x" * 50)
        connection.put_object(container, f"{one.ticket.names.segment_prefix}0", b"no number")
    found = Swept(strays=2, stray_size=59)
    assert replace(swept(dry_run=True), oldest_at=None) == found
    assert replace(swept(), oldest_at=None) == found
    assert swept() == Swept()
    assert connection.get_object(container, file.ticket.names.file)[1] == b"1"
    assert [name for name in listed() if file.ticket.upload_id in name] == [
        file.ticket.names.file,
        file.ticket.names.segment(0),
    ]
    assert len([name for name in listed() if young.ticket.upload_id in name]) == 4


def test_an_empty_file_needs_no_segment_at_all(files, old, swept, listed):
    empty = old(b"")
    files.commit(empty.ticket, [])
    empty.put_other(0, b"x" * 50)
    assert replace(swept(), oldest_at=None) == Swept(strays=1, stray_size=50)
    assert listed() == [empty.ticket.names.file]


def test_who_breaks_a_file_hides_no_strays_by_it(files, old, swept, listed):
    file = old().put()
    files.commit(file.ticket, file.md5s)
    file.put_other(0, b"y" * MIB)
    file.put_other(2, b"x" * 50)
    found = Swept(strays=1, stray_size=50, broken_files=1, broken=(file.ticket.upload_id,))
    assert replace(swept(), oldest_at=None) == found
    assert [name for name in listed() if name.startswith("segments/")] == [
        file.ticket.names.segment(0),
        file.ticket.names.segment(1),
    ]


class ListedBefore:
    """A client whose listing of that kind is some pages old: it lacks what came since."""

    def __init__(self, client, *kinds):
        self._client, self._kinds = client, kinds

    def __getattr__(self, name):
        return getattr(self._client, name)

    def listing(self, container, prefix):
        return iter(()) if prefix.startswith(self._kinds) else self._client.listing(container, prefix)


def test_a_file_that_was_released_in_the_middle_of_a_sweep_keeps_its_segments(
    client, container, files, old, listed
):
    """Seen held no more, and not stored yet."""
    file = old().put()
    files.commit(file.ticket, file.md5s)
    between = ListedBefore(client, "files/")
    before = datetime.now(UTC) - timedelta(days=8)
    assert sweep.sweep(between, Containers(container), began_before=before) == Swept()
    assert len(listed()) == 3


def test_a_manifest_that_is_gone_when_it_is_asked_for_tells_nothing_of_strays(
    client, container, files, old, listed
):
    """It may have been released in between."""

    class Gone(ListedBefore):
        def segments_of(self, container, name):
            client.delete_object(container, name)
            return self._client.segments_of(container, name)

    file = old().put()
    files.commit(file.ticket, file.md5s)
    file.put_other(0, b"y" * MIB)
    before = datetime.now(UTC) - timedelta(days=8)
    swept = sweep.sweep(Gone(client, "nothing/"), Containers(container), began_before=before)
    assert (swept.strays, swept.broken_files) == (0, 1)
    assert listed() == [file.ticket.names.segment(0), file.ticket.names.segment(1)]


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
