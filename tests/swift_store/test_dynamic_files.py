"""What only Dynamic Large Objects need: we check in Swift's place, and say size and ETag in listings."""

import json
from contextvars import ContextVar
from dataclasses import replace

import pytest

from swift_store import sweep
from swift_store.capabilities import LargeObjects
from swift_store.containers import Containers
from swift_store.errors import Problem, SwiftUnavailable
from swift_store.files import FileStore
from swift_store.limits import Usage
from swift_store.manifests import labels
from swift_store.manifests.labels import Label
from swift_store.names import created_at
from swift_store.usage import UsageReader

MIB = 1 << 20
BODY = bytes(range(256)) * 8 * 1024 + b"the end"
OWNER = "a" * 32
ETAG = "d41d8cd98f00b204e9800998ecf8427e"


@pytest.fixture(scope="module")
def swift(dynamic_swift):
    return dynamic_swift


@pytest.fixture
def committed(files, upload):
    """A function that uploads and commits."""

    def commit(*arguments, **wish):
        one = upload(*arguments, **wish)
        return files.commit(one.ticket, one.put().md5s)[0]

    return commit


def test_the_cluster_has_neither_static_large_objects_nor_bulk_delete(client):
    capabilities = client.capabilities()
    assert (capabilities.slo, capabilities.max_deletes) == (None, None)


def test_the_size_and_the_etag_are_right_wherever_a_file_is_shown(committed, files, client, container):
    file = committed(BODY, type="image/png")
    head = client.head_object(container, file.object_name)
    assert (head["x-object-manifest"], int(head["content-length"])) == (
        f"{container}/{file.names.segment_prefix}",
        len(BODY),
    )
    (listed,) = files.page(OWNER, after=None, limit=10).files
    assert listed == file == files.find(OWNER, file.names.upload_id)
    assert (listed.size, listed.type) == (len(BODY), "image/png")
    assert UsageReader(client, Containers(container)).stored(OWNER) == Usage(len(BODY), 1)


def test_what_else_lies_below_the_prefix_does_not_become_a_part_of_the_file(
    files, upload, connection, container
):
    one = upload(BODY).put()
    one.put_other(3, b"one too many")
    connection.put_object(container, f"{one.ticket.names.segment_prefix}00000001x", b"between two others")
    file, _ = files.commit(one.ticket, one.md5s)
    assert connection.get_object(container, file.object_name)[1] == BODY


class Lagging:
    """A client whose listings lack a segment, and those that a download is made of too."""

    def __init__(self, client, *, lists):
        self._client, self._lists = client, lists

    def __getattr__(self, name):
        return getattr(self._client, name)

    def listing(self, *arguments):
        listed = list(self._client.listing(*arguments))
        return listed if self._lists else listed[:-1]

    def head_object(self, container, name):
        head = self._client.head_object(container, name)
        return {**head, "content-length": "5"} if head and "x-object-manifest" in head else head


@pytest.mark.parametrize("lists", [False, True], ids=["before the manifest", "behind it"])
def test_a_file_is_not_made_from_a_listing_that_lags(client, container, files, upload, lists):
    one = upload(BODY).put()
    lagging = FileStore(Lagging(client, lists=lists), client, Containers(container))
    with pytest.raises(SwiftUnavailable, match="listing"):
        lagging.commit(one.ticket, one.md5s)
    assert files.find(OWNER, one.ticket.upload_id) is None
    assert files.commit(one.ticket, one.md5s)[1]


def test_each_request_of_a_commit_is_known_to_be_of_it(client, container, upload):
    """The site gives Swift an id of the request, and its traces, by the context."""
    current = ContextVar("current", default="nobody's")
    seen = set()

    class Watched:
        def __getattr__(self, name):
            seen.add((name, current.get()))
            return getattr(client, name)

    one = upload(BODY).put()
    current.set("the commit's")
    FileStore(Watched(), Watched(), Containers(container)).commit(one.ticket, one.md5s)
    assert ("head_object", "the commit's") in seen
    assert {whose for _name, whose in seen} == {"the commit's"}


def test_segments_of_a_file_are_no_leftovers_and_those_of_none_are(committed, upload, client, container):
    file, orphan = committed(BODY), upload(BODY).put()
    later = created_at(orphan.ticket.upload_id).replace(year=2100)
    swept = sweep.sweep(client, Containers(container), began_before=later)
    assert (swept.uploads, swept.segments, swept.broken_files) == (1, len(orphan.segments), 0)
    assert client.head_object(container, file.names.segment(0)) is not None
    assert client.head_object(container, orphan.ticket.names.segment(0)) is None


def test_what_is_added_to_a_file_later_is_taken_away_by_the_sweep(
    files, upload, client, connection, container
):
    one = upload(BODY).put()
    file, _ = files.commit(one.ticket, one.md5s)
    one.put_other(3, b"one too many")
    later = created_at(one.ticket.upload_id).replace(year=2100)
    swept = sweep.sweep(client, Containers(container), began_before=later)
    assert (swept.strays, swept.stray_size, swept.broken_files) == (1, len(b"one too many"), 0)
    assert connection.get_object(container, file.object_name)[1] == BODY


def test_a_label_is_read_as_it_was_written():
    label = Label("image/png", 7, ETAG)
    assert (
        labels.of_head({"content-type": labels.labelled(label), "content-length": "0", "etag": "x"}) == label
    )
    entry = {"content_type": labels.labelled(label), "bytes": 0, "hash": "x"}
    assert labels.of_listing(json.loads(json.dumps(entry))) == label


@pytest.mark.parametrize(
    "content_type",
    [
        "image/png",
        "image/png; direct-upload-size=7",
        f"image/png; direct-upload-size=-7; direct-upload-etag={ETAG}",
        f"image/png; direct-upload-size=7; direct-upload-etag={ETAG}; more=1",
        "",
    ],
)
def test_what_is_no_label_of_ours_is_a_type(content_type):
    entry = {"content_type": content_type, "bytes": 3, "hash": "x", "slo_etag": '"y"'}
    assert labels.of_listing(entry) == Label(content_type, 3, "y")


def test_the_sweep_finds_a_changed_segment(files, upload, client, container):
    one = upload(BODY).put()
    files.commit(one.ticket, one.md5s)
    one.put_other(0, b"y" * MIB)
    later = created_at(one.ticket.upload_id).replace(year=2100)
    swept = sweep.sweep(client, Containers(container), began_before=later)
    assert (swept.broken, swept.strays) == ((one.ticket.upload_id,), 0)


def test_a_changed_segment_goes_unnoticed_which_is_the_weaker_promise(committed, connection, container):
    file = committed(BODY)
    connection.put_object(container, file.names.segment(1), b"changed")
    assert connection.get_object(container, file.object_name)[1] != BODY


def test_a_rejected_segment_of_another_size_is_deleted(files, upload, client, container):
    one = upload(BODY)
    one.put(0, 2)
    one.put_other(1, b"x" * (MIB + 1))
    with pytest.raises(Problem) as refused:
        files.commit(one.ticket, one.md5s)
    reasons = [fault["reason"] for fault in refused.value.members["segments"]]
    assert reasons == ["checksum", "size"]
    assert client.head_object(container, one.ticket.names.segment(1)) is None


def test_a_plain_file_of_the_proxy_ways_is_listed_and_deleted_too(files, upload, client, container):
    names = upload(b"").ticket.names
    client.put_object(container, names.file, b"plain", content_type="text/plain")
    file = files.find(OWNER, names.upload_id)
    assert (file.size, file.type) == (5, "text/plain")
    files.delete(file)
    assert client.list_objects(container, prefix="", limit=10) == []


def test_a_dynamic_file_outlives_the_day_when_the_cluster_gets_static_ones(
    committed, client, container, monkeypatch
):
    file = committed(BODY)
    static = replace(client.capabilities(), slo=LargeObjects(1000, 1))
    monkeypatch.setattr(client, "capabilities", lambda: static)
    files = FileStore(client, client, Containers(container))
    assert files.find(OWNER, file.names.upload_id) == file
    files.delete(file)
    assert client.list_objects(container, prefix="", limit=10) == []
