"""Fetching goes on where it ended, and says what it verified."""

import pytest

from direct_upload.client import Damaged, SourceUnreadable, Verified

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
    with pytest.raises(SourceUnreadable):
        client.get(stored, tmp_path / "no" / "such" / "folder")
