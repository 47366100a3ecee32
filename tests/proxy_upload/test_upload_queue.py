"""The durable queue by itself: what is claimed, postponed, given up, recovered and removed."""

import os

import pytest

from proxy_upload.form import FilePart
from proxy_upload.pusher import Pusher, pause_seconds
from proxy_upload.settings import ProxySettings
from proxy_upload.upload_queue import State, UploadQueue
from swift_store.errors import SwiftRefused, SwiftUnavailable
from swift_store.names import UploadNames

OWNER = "0" * 32
PART = FilePart("a.bin", "image/png")


@pytest.fixture
def queue(tmp_path):
    return UploadQueue(tmp_path)


def add(queue, upload_id="one", now=100.0, content=b"content"):
    queue.path(upload_id).write_bytes(content)
    queue.add(UploadNames(OWNER, upload_id, "a.bin"), PART, len(content), now=now)


class Storage:
    """Takes files, or fails as it is told."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.stored = {}

    def put_file(self, names, _part, file, size):
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome
        self.stored[names.file] = file.read(size)


def pusher(queue, storage, now=1000.0, **settings):
    return Pusher(queue, storage, ProxySettings(**settings), lambda: now)


def test_the_upload_that_has_been_due_longest_comes_first(queue):
    add(queue, "late", now=20.0)
    add(queue, "early", now=10.0)
    assert queue.claim(now=30.0).names.upload_id == "early"
    assert queue.claim(now=30.0).names.upload_id == "late"
    assert queue.claim(now=30.0) is None


def test_what_is_not_due_waits(queue):
    add(queue, now=10.0)
    assert queue.claim(now=9.0) is None


def test_a_pushed_upload_is_stored_and_its_file_gone(queue):
    add(queue)
    storage = Storage()
    assert pusher(queue, storage).push_one()
    assert storage.stored == {f"files/{OWNER}/one/a.bin": b"content"}
    assert queue.find("one").state is State.STORED
    assert not queue.path("one").exists()
    assert queue.waiting_bytes() == 0
    assert not pusher(queue, storage).push_one()


def test_a_swift_that_is_away_is_tried_again_without_end(queue):
    add(queue)
    away = Storage(*[SwiftUnavailable("away")] * 50)
    for round_number in range(50):
        assert pusher(queue, away, now=1e6 * (round_number + 1), max_refusals=1).push_one()
    assert queue.find("one").state is State.QUEUED
    assert pusher(queue, away, now=1e9).push_one()
    assert queue.find("one").state is State.STORED


def test_a_refused_upload_fails_in_the_end_keeps_its_file_and_can_be_queued_again(queue):
    add(queue)
    refusing = Storage(*[SwiftRefused("no", 413, b"")] * 3)
    for round_number in range(3):
        pusher(queue, refusing, now=1e6 * (round_number + 1), max_refusals=3).push_one()
    assert queue.find("one").state is State.FAILED
    assert queue.path("one").exists()
    assert queue.requeue_failed(now=2e9) == 1
    pusher(queue, refusing, now=2e9).push_one()
    assert queue.find("one").state is State.STORED


def test_after_a_crash_what_was_being_pushed_is_queued_again(queue):
    add(queue)
    queue.claim(now=200.0)
    queue.recover(now=300.0, partial_seconds=60, stored_seconds=1000)
    assert queue.claim(now=300.0).attempts == 2


def test_after_a_crash_files_that_nobody_needs_are_removed(queue):
    add(queue, "stored")
    queue.claim(now=200.0)
    queue.stored("stored", now=200.0)
    add(queue, "waiting")
    for name in ("orphan", "old.part", "young.part"):
        queue.path(name).write_bytes(b"x")
    for name in ("orphan", "old.part", "waiting"):
        os.utime(queue.path(name), (100.0, 100.0))
    os.utime(queue.path("young.part"), (290.0, 290.0))
    queue.recover(now=300.0, partial_seconds=60, stored_seconds=1000)
    assert sorted(path.name for path in queue.path("x").parent.iterdir()) == ["waiting", "young.part"]


def test_stored_uploads_are_forgotten_after_a_while(queue):
    add(queue)
    queue.stored("one", now=200.0)
    queue.recover(now=2000.0, partial_seconds=60, stored_seconds=1000)
    assert queue.find("one") is None


@pytest.mark.parametrize(
    ("attempts", "chance", "seconds"),
    [(1, 0, 2), (2, 0, 4), (3, 0, 8), (9, 0, 300), (10_000, 0, 300), (1, 1, 1), (9, 1, 150)],
)
def test_pauses_double_up_to_a_limit_and_chance_takes_at_most_half(attempts, chance, seconds):
    assert pause_seconds(attempts, 2, 300, chance) == seconds
