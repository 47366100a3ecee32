"""What is stored, counted by state."""

from datetime import UTC, datetime, timedelta

import pytest

from swift_store.inventory import (
    Inventory,
    Share,
    UploadState,
    inventory,
    missing_numbers,
    state_of,
    ticket_ends_at,
)
from swift_store.leftovers import Segment, StoredUpload
from swift_store.names import uuid7

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WEEK = 7 * 86400
ANNE, BOB = "a" * 32, "b" * 32


def upload(days_old, owner=ANNE, **members):
    began_at = NOW - timedelta(days=days_old)
    return StoredUpload(owner, uuid7(int(began_at.timestamp() * 1000), bytes(10)), **members)


def sent(size):
    return {"segments": (Segment("segments/o/u/00000000", size, "0" * 32),)}


FILE = {"manifests": ("files/o/u/a",), "file_bytes": 8, "is_segmented": True, "needed": 1, **sent(8)}
STATES = {
    "a young upload": (upload(6.9), UploadState.OPEN),
    "an old upload": (upload(7.1), UploadState.EXPIRED),
    "a file": (upload(30, **FILE), UploadState.FILE),
    "a held file": (upload(30, **FILE | {"manifests": ("held/o/u/a",)}), UploadState.HELD),
    "a file without its segments": (upload(30, **FILE | {"needed": None}), UploadState.BROKEN),
}


@pytest.mark.parametrize(("stored", "state"), STATES.values(), ids=STATES)
def test_an_upload_is_in_one_state(stored, state):
    assert state_of(stored, now=NOW, ticket_lifetime=WEEK) is state


def test_the_inventory_counts_owners_uploads_and_bytes_of_each_state():
    uploads = [upload(1, **sent(5)), upload(2, **sent(3)), upload(1, BOB, **FILE)]
    counted = inventory(iter(uploads), now=NOW, ticket_lifetime=WEEK)
    assert counted == Inventory(2, {UploadState.OPEN: Share(2, 8), UploadState.FILE: Share(1, 8)})
    assert counted.of(UploadState.HELD) == Share()


def test_a_ticket_ends_its_lifetime_after_the_upload_began():
    assert ticket_ends_at(upload(6), WEEK) == NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("there", "missing"), [([], []), ([0, 1], []), ([0, 3], [1, 2]), ([2], [0, 1])], ids=str
)
def test_gaps_between_segments_are_found(there, missing):
    segments = [
        Segment(f"segments/o/u/{name}", 1, "0" * 32)
        for name in (*(f"{number:08d}" for number in there), "no number")
    ]
    assert missing_numbers(upload(1, segments=tuple(segments))) == missing
