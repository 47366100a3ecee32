"""Which uploads are leftovers, which segments a file does not need, and which files are broken."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from swift_store import names
from swift_store.leftovers import Segment, StoredUpload, stored_uploads, swept_before, upload_of
from swift_store.manifests.labels import Label, labelled

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ANNE, BOB = "a" * 32, "b" * 32


def upload(days_old, owner=ANNE):
    began = NOW - timedelta(days=days_old)
    return owner, names.uuid7(int(began.timestamp() * 1000), bytes(10))


def md5(text):
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def segments(key, stored=(("00000000", "first"), ("00000001", "2nd"))):
    """The entries of segments with these names and contents."""
    owner, upload_id = key
    return [
        {"name": f"segments/{owner}/{upload_id}/{name}", "bytes": len(text), "hash": md5(text)}
        for name, text in stored
    ]


ETAG = md5(md5("first") + md5("2nd"))
LARGE = {"slo_etag": f'"{ETAG}"'}
DYNAMIC = {"bytes": 0, "content_type": labelled(Label("a/b", 8, ETAG))}
OF_A_GATEWAY = {"hash": ETAG}
PLAIN, EMPTY = {}, {"bytes": 0, "hash": md5("")}


def manifests(keys, kind="files", **members):
    return [
        {
            "name": f"{kind}/{owner}/{upload_id}/a.txt",
            "bytes": 8,
            "hash": "0" * 32,
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
    prefix = f"segments/{OLD[0]}/{OLD[1]}"
    first = Segment(f"{prefix}/00000000", 5, md5("first"))
    assert one == StoredUpload(*OLD, (first, Segment(f"{prefix}/00000001", 3, md5("2nd"))))
    assert one.segment_bytes == 8
    assert one.began_at == NOW - timedelta(days=9)


@pytest.mark.parametrize("name", ["segments/x", f"segments/{ANNE}/no-upload/00000000", "segments//", "other"])
def test_what_is_not_ours_is_passed_over(name):
    assert upload_of(name) is None
    entries = [{"name": name, "bytes": 1, "hash": md5("x")}, *segments(OLD)]
    assert [one.upload_id for one in stored_uploads(entries)] == [OLD[1]]


WHOLE = (("00000000", "first"), ("00000001", "2nd"))
STORED = {
    "whole": (WHOLE, LARGE, (False, [])),
    "the last segment short": (WHOLE[:1], LARGE, (True, [])),
    "the first segment short": (WHOLE[1:], LARGE, (True, [])),
    "no segment": ((), LARGE, (True, [])),
    "a segment of another content": ((WHOLE[0], ("00000001", "3rd")), LARGE, (True, [])),
    "one too many": ((*WHOLE, ("00000002", "more")), LARGE, (False, ["00000002"])),
    "one too many, of nothing": ((*WHOLE, ("00000009", "")), LARGE, (False, ["00000009"])),
    "one too many, one short": ((WHOLE[0], ("00000002", "2nd")), LARGE, (True, [])),
    "some that are no numbers": ((("0", "x"), *WHOLE, ("z", "x")), LARGE, (False, ["0", "z"])),
    "dynamic": (WHOLE, DYNAMIC, (False, [])),
    "dynamic, one short": (WHOLE[1:], DYNAMIC, (True, [])),
    "dynamic, one too many": ((*WHOLE, ("00000002", "more")), DYNAMIC, (False, ["00000002"])),
    "in a listing of Ceph's": ((*WHOLE, ("00000002", "more")), OF_A_GATEWAY, (False, ["00000002"])),
    "a plain object": ((), PLAIN, (False, [])),
    "a plain object, something beside it": (WHOLE, PLAIN, (False, [])),
    "an empty file": ((), EMPTY, (False, [])),
    "an empty file, something beside it": (WHOLE[:1], EMPTY, (False, ["00000000"])),
}


@pytest.mark.parametrize(("stored", "members", "expected"), STORED.values(), ids=STORED)
def test_a_file_is_broken_without_its_segments_and_what_it_does_not_need_is_astray(stored, members, expected):
    (one,) = stored_uploads(segments(OLD, stored), manifests([OLD], **members))
    assert one.is_file
    assert (one.is_broken, [stray.name.rpartition("/")[2] for stray in one.strays]) == expected


def test_of_two_manifests_that_differ_nothing_is_told():
    both = manifests([OLD], **LARGE), manifests([OLD], kind="held", slo_etag='"another"')
    (one,) = stored_uploads(segments(OLD), *both)
    assert (one.needed, one.strays) == (None, ())


def test_an_open_upload_has_no_strays():
    (one,) = stored_uploads(segments(OLD))
    assert one.strays == ()


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
