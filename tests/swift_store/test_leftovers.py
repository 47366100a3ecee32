"""Which uploads are leftovers (no file, and too old to become one), and which files are broken."""

from datetime import UTC, datetime, timedelta

import pytest

from swift_store import names
from swift_store.leftovers import StoredUpload, stored_uploads, swept_before, upload_of
from swift_store.manifests.labels import Label, labelled

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


def manifests(keys, size=8, kind="files", **members):
    return [
        {
            "name": f"{kind}/{owner}/{upload_id}/a.txt",
            "bytes": size,
            "hash": "h",
            "content_type": "a/b",
            **members,
        }
        for owner, upload_id in sorted(keys)
    ]


def listed(stored):
    return sorted((entry for key in stored for entry in segments(key)), key=lambda entry: entry["name"])


def found(stored, files, days=8):
    return [
        (one.owner, one.upload_id)
        for one in stored_uploads(listed(stored), manifests(files))
        if one.is_leftover(NOW - timedelta(days=days))
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
    (one,) = stored_uploads(segments(OLD))
    assert one == StoredUpload(*OLD, tuple(entry["name"] for entry in segments(OLD)), 8)
    assert one.began_at == NOW - timedelta(days=9)


@pytest.mark.parametrize("name", ["segments/x", f"segments/{ANNE}/no-upload/00000000", "segments//", "other"])
def test_what_is_not_ours_is_passed_over(name):
    assert upload_of(name) is None
    entries = [{"name": name, "bytes": 1}, *segments(OLD)]
    assert [one.upload_id for one in stored_uploads(entries)] == [OLD[1]]


LARGE = {"slo_etag": '"e"'}
DYNAMIC = {"bytes": 0, "content_type": labelled(Label("a/b", 8, "0" * 32))}


@pytest.mark.parametrize(
    ("sizes", "members", "is_broken"),
    [
        ((5, 3), LARGE, False),
        ((5,), LARGE, True),
        ((), LARGE, True),
        ((5, 4), LARGE, False),
        ((), {}, False),
        ((5, 3), DYNAMIC, False),
        ((3,), DYNAMIC, True),
    ],
    ids=[
        "whole",
        "a segment short",
        "no segment",
        "more than it needs",
        "a plain object",
        "dynamic",
        "short",
    ],
)
def test_a_file_is_broken_when_it_lacks_segments(sizes, members, is_broken):
    (one,) = stored_uploads(segments(OLD, sizes), manifests([OLD], **members))
    assert (one.is_file, one.is_broken, one.file_bytes) == (True, is_broken, 8)


def test_a_held_file_is_no_leftover_and_one_that_is_being_released_is_not_held():
    held = manifests([OLD, OLDER], kind="held")
    two = list(stored_uploads(listed([OLD, OLDER]), manifests([OLD]), held))
    assert {(one.upload_id, one.is_file, one.is_held) for one in two} == {
        (OLD[1], True, False),
        (OLDER[1], True, True),
    }


def test_listings_are_read_as_they_come_not_kept():
    read = 0

    def endless():
        nonlocal read
        for days in range(1000, 900, -1):
            read += 1
            yield from segments(upload(days))

    next(stored_uploads(endless()))
    assert read <= 2


def test_an_upload_outlives_its_ticket_by_the_grace():
    assert swept_before(NOW.timestamp(), 7 * 86400) == NOW - timedelta(days=8)
