"""The sweep in a real Swift: leftovers go, files and young uploads stay."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from swift_store import sweep
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

    def run():
        total = Swept()
        for leftover in sweep.find(client, container, began_before=datetime.now(UTC) - timedelta(days=8)):
            sweep.delete(client, container, leftover)
            total += leftover
        return total

    return run


def test_leftovers_go_and_all_else_stays(files, old, upload, swept, listed):
    file, young = old().put(), upload().put()
    old(b"x" * (2 * MIB + 1), owner="c" * 32).put()
    files.commit(file.ticket, file.md5s)
    assert swept() == Swept(uploads=1, segments=3, size=2 * MIB + 1)
    prefixes = {name.rpartition("/")[0] + "/" for name in listed() if name.startswith("segments/")}
    assert prefixes == {file.ticket.names.segment_prefix, young.ticket.names.segment_prefix}
    assert files.find("a" * 32, file.ticket.upload_id) is not None
    assert swept() == Swept()


def test_a_container_without_anything_has_no_leftovers(swept):
    assert swept() == Swept()


def test_a_listing_of_many_pages_is_read_to_its_end(old, swept, monkeypatch):
    monkeypatch.setattr(sweep, "_PAGE", 2)
    for _ in range(3):
        old().put()
    assert swept() == Swept(uploads=3, segments=6, size=3 * (MIB + 5))
