"""Fetching goes on where it ended, and says what it verified."""

import hashlib
import threading
from dataclasses import replace

import pytest

from direct_upload.client import (
    Damaged,
    Interrupted,
    Patience,
    StorageRefused,
    TargetUnwritable,
    Unreachable,
    Verified,
)
from direct_upload.client.download import verify
from swift_store import slo

MIB = 1 << 20


@pytest.fixture
def stored(client, make_file):
    """A stored file of five segments; `path` is where it came from."""
    return client.put(make_file(5 * MIB - 7))


def part_of(stored, path):
    return path.with_name(f"{path.name}.{stored.id[-12:]}.part")


@pytest.mark.parametrize("have", [1, 2 * MIB, 5 * MIB - 8, 5 * MIB - 7])
def test_only_what_is_missing_is_fetched(client, stored, make_file, tmp_path, have):
    content = make_file(5 * MIB - 7).read_bytes()
    path = tmp_path / "back"
    part_of(stored, path).write_bytes(content[:have])
    told = []
    fetched = client.get(stored, path, on_progress=told.append)
    assert fetched.verified is Verified.CONTENT
    assert path.read_bytes() == content
    assert told[-1].resumed_bytes == have
    assert not part_of(stored, path).exists()


@pytest.mark.parametrize("part", [b"wrong" * MIB, b"wrong"], ids=["too much", "another file's"])
def test_what_is_left_of_another_file_does_not_spoil_it(client, stored, make_file, tmp_path, part):
    path = tmp_path / "back"
    part_of(stored, path).write_bytes(part)
    assert client.get(stored, path).verified is Verified.CONTENT
    assert path.read_bytes() == make_file(5 * MIB - 7).read_bytes()


def test_a_connection_that_ends_early_is_taken_up_again(client, stored, make_file, proxy, tmp_path):
    proxy.rule = lambda method, _number, nth: 503 if (method, nth) == ("GET", 1) else None
    assert client.get(stored, tmp_path / "back").path.read_bytes() == make_file(5 * MIB - 7).read_bytes()


def test_a_file_of_segments_of_unknown_size_is_verified_by_its_size(
    client_of, proxied_site, make_file, tmp_path
):
    client = client_of(proxied_site, segment_size=3 * MIB)
    stored = client.put(make_file(4 * MIB))
    assert client.get(stored, tmp_path / "back").verified is Verified.SIZE


def test_damage_on_the_way_is_no_file(client, stored, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "direct_upload.client.download.Download._write", lambda _self, part, piece: part.write(piece + b"x")
    )
    with pytest.raises(Damaged):
        client.get(stored, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_place_that_can_not_be_written_is_told(client, stored, tmp_path):
    with pytest.raises(TargetUnwritable):
        client.get(stored, tmp_path / "no" / "such" / "folder")


@pytest.mark.parametrize("place", [".", "folder", "folder/", None], ids=str)
def test_into_a_folder_a_file_goes_under_its_own_name(  # noqa: PLR0913, PLR0917 - fixtures
    client, make_file, tmp_path, monkeypatch, place, proxy
):
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    stored = client.put(make_file(10), "holiday/beach.jpg")
    fetched = client.get(stored, place)
    assert fetched.path.resolve() == tmp_path / (place or "") / "beach.jpg"
    assert fetched.path.stat().st_size == 10
    assert proxy.begun["GET", None] == 1


def test_a_folder_that_is_not_there_is_no_name_for_a_file(client, stored, tmp_path):
    with pytest.raises(TargetUnwritable):
        client.get(stored, f"{tmp_path}/new/")
    assert not (tmp_path / "new").exists()


def test_what_is_there_is_replaced_when_the_file_is_whole(client, stored, make_file, proxy, tmp_path):
    path = tmp_path / "back"
    path.write_bytes(b"precious")
    proxy.rule = lambda method, _number, _nth: 404 if method == "GET" else None
    with pytest.raises(StorageRefused):
        client.get(stored, path)
    assert path.read_bytes() == b"precious"
    proxy.forget()
    client.get(stored, path)
    assert path.read_bytes() == make_file(5 * MIB - 7).read_bytes()


def test_patience_begins_anew_whenever_something_came(client_of, proxied_site, make_file, proxy, tmp_path):
    """However often it is cut off, and with no patience for anything that fails in a row."""
    path = make_file(2 * MIB)
    client = client_of(proxied_site, patience=Patience(give_up=0, first_pause=0.01, longest_pause=0.01))
    stored = client.put(path)
    proxy.rule = lambda method, _number, _nth: "cut" if method == "GET" else None
    assert client.get(stored, tmp_path / "back").path.read_bytes() == path.read_bytes()
    assert proxy.begun["GET", None] > 3


def test_what_brings_nothing_more_is_given_up(client, stored, proxy, tmp_path):
    proxy.rule = lambda method, _number, nth: ("cut" if nth == 1 else "reset") if method == "GET" else None
    with pytest.raises(Unreachable):
        client.get(stored, tmp_path / "back")
    assert part_of(stored, tmp_path / "back").stat().st_size > 0


@pytest.mark.parametrize("size", [0, 1, 9 * MIB, 9 * MIB + 5])
@pytest.mark.parametrize("segment_mib", [1, 2, 4, 8, 32])
def test_a_file_is_verified_whatever_segments_clients_choose(stored, tmp_path, size, segment_mib):
    content = bytes(size)
    (tmp_path / "copy").write_bytes(content)
    step = segment_mib * MIB
    cut = (content[start : start + step] for start in range(0, size, step))
    etag = slo.etag([hashlib.md5(one, usedforsecurity=False).hexdigest() for one in cut])
    for said, verified in ((etag, Verified.CONTENT), ("0" * 32, Verified.SIZE)):
        file = replace(stored, size=size, etag=f'"{said}"')
        assert verify(tmp_path / "copy", file, threading.Event()) is verified


def test_comparing_can_be_stopped(stored, make_file):
    stopping = threading.Event()
    stopping.set()
    with pytest.raises(Interrupted):
        verify(make_file(5 * MIB - 7), stored, stopping)
