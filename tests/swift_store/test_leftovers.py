"""Which uploads are leftovers: no file, and too old to become one."""

from datetime import UTC, datetime, timedelta

import pytest

from swift_store import names
from swift_store.leftovers import Leftover, leftovers, swept_before, upload_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ANNE, BOB = "a" * 32, "b" * 32


def upload(days_old, owner=ANNE):
    began = NOW - timedelta(days=days_old)
    return owner, names.uuid7(int(began.timestamp() * 1000), bytes(10))


def segments(key, sizes=(5, 3)):
    owner, upload_id = key
    return [
        {"name": f"segments/{owner}/{upload_id}/{number:08d}", "bytes": size}
        for number, size in enumerate(sizes)
    ]


def found(stored, files, days=8):
    entries = sorted((entry for key in stored for entry in segments(key)), key=lambda entry: entry["name"])
    return [
        (one.owner, one.upload_id)
        for one in leftovers(entries, sorted(files), began_before=NOW - timedelta(days=days))
    ]


OLD, OLDER, YOUNG, BOBS = upload(9), upload(30), upload(1), upload(9, BOB)


@pytest.mark.parametrize(
    ("stored", "files", "expected"),
    [
        ([], [], []),
        ([OLD], [], [OLD]),
        ([OLD], [OLD], []),
        ([YOUNG], [], []),
        ([OLD, OLDER, YOUNG], [OLD], [OLDER]),
        ([OLD, BOBS], [OLD], [BOBS]),
        ([OLD, BOBS], [BOBS], [OLD]),
        ([OLD], [OLDER, upload(9, "0" * 32), BOBS], [OLD]),
        ([OLD, OLDER, BOBS], [OLD, OLDER, BOBS], []),
    ],
)
def test_only_an_old_upload_without_a_file_is_left_over(stored, files, expected):
    assert sorted(found(stored, files)) == sorted(expected)


def test_a_leftover_names_its_segments_and_counts_their_bytes():
    (one,) = leftovers(segments(OLD), [], began_before=NOW)
    assert one == Leftover(*OLD, tuple(entry["name"] for entry in segments(OLD)), 8)
    assert one.began_at == NOW - timedelta(days=9)


@pytest.mark.parametrize("name", ["segments/x", f"segments/{ANNE}/no-upload/00000000", "segments//", "other"])
def test_what_is_not_ours_is_passed_over(name):
    assert upload_of(name) is None
    entries = [{"name": name, "bytes": 1}, *segments(OLD)]
    assert [one.upload_id for one in leftovers(entries, [], began_before=NOW)] == [OLD[1]]


def test_listings_are_read_as_they_come_not_kept():
    read = 0

    def endless():
        nonlocal read
        for days in range(1000, 900, -1):
            read += 1
            yield from segments(upload(days))

    next(leftovers(endless(), [], began_before=NOW))
    assert read <= 2


def test_an_upload_outlives_its_ticket_by_the_grace():
    assert swept_before(NOW.timestamp(), 7 * 86400, timedelta(days=1)) == NOW - timedelta(days=8)
