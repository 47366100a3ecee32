"""What is put comes back: files of all sizes, under all names, one by one and many."""

import io
import mimetypes
import os
import threading
import time

import pytest

from direct_upload.client import InvalidRequest, Item, NotFound, Phase, SourceUnreadable, Verified, upload
from direct_upload.client.source import Source

MIB = 1 << 20


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 5 * MIB + 3])
def test_a_file_of_any_size_comes_back_as_it_was(client, make_file, tmp_path, size):
    path = make_file(size)
    stored = client.put(path)
    assert (stored.name, stored.size, stored.state) == ("data.bin", size, "stored")
    fetched = client.get(stored.id, tmp_path / "back")
    assert fetched.verified is Verified.CONTENT
    assert fetched.path.read_bytes() == path.read_bytes()


def test_each_segment_is_sent_once(client, make_file, proxy):
    client.put(make_file(6 * MIB))
    assert proxy.begun == {("PUT", number): 1 for number in range(6)}


def test_segments_are_hashed_ahead_while_no_more_than_wished_are_sent(
    client_of, proxied_site, make_file, proxy, monkeypatch
):
    hashed, ahead = [], threading.Event()
    under_way, most = [], []
    md5 = Source.md5

    def counted(source, start, size, stopping):
        hashed.append(start)
        if len(hashed) == 4:
            ahead.set()
        return md5(source, start, size, stopping)

    def held():
        under_way.append(None)
        most.append(len(under_way))
        ahead.wait(10)
        time.sleep(0.1)
        under_way.pop()

    monkeypatch.setattr(Source, "md5", counted)
    proxy.rule = lambda _method, _number, _nth: held
    client_of(proxied_site, connections=2).put(make_file(6 * MIB))
    # Two are sent, and two more know their MD5 by then.
    assert ahead.is_set()
    assert len(hashed) == 6
    assert max(most) == 2


def test_the_site_chooses_the_size_of_the_segments_unless_it_is_told(
    client_of, proxied_site, make_file, proxy
):
    client_of(proxied_site, segment_size=None).put(make_file(3 * MIB))
    assert proxy.begun == {("PUT", 0): 1}


@pytest.fixture
def large_from_5_mib(monkeypatch):
    monkeypatch.setattr(upload, "_LARGE_FILE_BYTES", 5 * MIB)
    monkeypatch.setattr(upload, "_LARGE_SEGMENT_BYTES", 3 * MIB)


@pytest.mark.usefixtures("large_from_5_mib")
def test_a_large_file_has_large_segments_unless_told_or_capped(client_of, proxied_site, make_file, proxy):
    for options, segments in (({}, 2), ({"segment_size": 2 * MIB}, 3), ({"max_bytes_per_second": 1e9}, 1)):
        proxy.begun.clear()
        client_of(proxied_site, **{"segment_size": None, **options}).put(make_file(5 * MIB))
        assert len(proxy.begun) == segments


@pytest.mark.usefixtures("large_from_5_mib")
def test_a_site_that_takes_no_segments_so_large_chooses_their_size(
    client_of, proxied_site, make_file, proxy, monkeypatch
):
    monkeypatch.setattr(upload, "_LARGE_SEGMENT_BYTES", 1 << 50)
    client_of(proxied_site, segment_size=None).put(make_file(5 * MIB))
    assert len(proxy.begun) == 1
    with pytest.raises(InvalidRequest, match="A segment has from"):
        client_of(proxied_site, segment_size=1 << 50).put(make_file(5 * MIB, "other.bin"))


def test_a_name_may_have_folders_and_the_type_comes_from_it(client, make_file):
    stored = client.put(make_file(10), "holiday/beach.jpg")
    assert stored.name == "holiday/beach.jpg"
    assert stored.type == "image/jpeg"
    assert client.put(make_file(10)).type == "application/octet-stream"
    assert client.put(io.BytesIO(b"-- SQL"), "shop.sql").type == mimetypes.guess_type("shop.sql")[0]
    assert client.put(make_file(10), type="text/plain").type == "text/plain"


def test_what_an_open_file_has_left_is_stored(client, tmp_path):
    stream = io.BytesIO(b"skipped" + b"x" * MIB + b"y")
    stream.seek(7)
    stored = client.put(stream, "stream.bin")
    assert client.get(stored, tmp_path / "back").path.read_bytes() == b"x" * MIB + b"y"


def test_a_stream_larger_than_the_limit_is_refused_before_anything_is_sent(client, proxy):
    with pytest.raises(SourceUnreadable, match="larger than 10 bytes"):
        client.put(io.BytesIO(b"x" * 11), "stream.bin", spool_bytes=10)
    assert proxy.begun == {}


def test_many_files_are_stored_in_batches_and_one_that_is_refused_spoils_no_other(
    client, make_file, proxied_site
):
    names = [f"folder/{number:03d}.txt" for number in range(230)]
    items = [Item(make_file(number, name), name) for number, name in enumerate(names)]
    items[7] = Item(items[7].path, "folder/../007.txt")
    items[9] = Item(items[9].path.with_name("gone"), "folder/009.txt")
    earlier = len(proxied_site.log)
    outcomes = list(client.put_all(items))
    assert [one.item for one in outcomes] == items
    assert isinstance(outcomes[7].error, InvalidRequest)
    assert isinstance(outcomes[9].error, SourceUnreadable)
    assert [one.error for one in outcomes if one.item not in {items[7], items[9]}] == [None] * 228
    stored = {one.stored.name: one.stored.size for one in outcomes if one.stored}
    assert {file.name: file.size for file in client.files()} == stored
    assert proxied_site.log[earlier:].count("POST /api/uploads/batch 200") == 3


def test_large_and_small_files_go_together(client, make_file):
    sizes = [10, 6 * MIB, 20, 30, 5 * MIB]
    items = [Item(make_file(size, f"{size}.bin"), f"{size}.bin") for size in sizes]
    outcomes = list(client.put_all(items))
    assert [one.error for one in outcomes] == [None] * 5
    assert [one.stored.size for one in outcomes] == sizes


def test_a_deleted_file_is_gone(client, make_file):
    stored = client.put(make_file(10))
    client.delete(stored.id)
    assert list(client.files()) == []
    with pytest.raises(NotFound):
        client.file(stored.id)


def test_progress_is_told_from_the_first_byte_to_the_end(client, make_file):
    told = []
    client.put(make_file(3 * MIB), on_progress=told.append)
    assert {one.name for one in told} == {"data.bin"}
    assert told[-1].phase is Phase.DONE
    assert told[-1].moved_bytes == told[-1].size == 3 * MIB
    assert Phase.CHECKING in {one.phase for one in told}


@pytest.mark.parametrize("name", ["folder", "fifo", "missing"])
def test_what_is_no_file_is_refused(client, tmp_path, name):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(SourceUnreadable):
        client.put(tmp_path / name)


def test_a_bandwidth_cap_holds_over_all_connections_and_in_both_directions(
    client_of, proxied_site, make_file, tmp_path
):
    client = client_of(proxied_site, max_bytes_per_second=2 * MIB)
    began_at = time.monotonic()
    stored = client.put(make_file(4 * MIB))
    sent_at = time.monotonic()
    client.get(stored, tmp_path / "back")
    # The first piece goes at once.
    assert sent_at - began_at > 1.8
    assert time.monotonic() - sent_at > 1.8
