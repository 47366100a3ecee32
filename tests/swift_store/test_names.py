"""Names in Swift: ids that sort by time, and the rules for what a file may be called."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swift_store import names
from swift_store.errors import Problem
from swift_store.names import UploadNames

OWNER = "0123456789abcdef" * 2

times = st.integers(0, 2**47 - 1)
randomness = st.binary(min_size=10, max_size=10)
any_text = st.text(st.characters(exclude_categories=[]), max_size=300)


def accepted(name):
    try:
        return names.checked_name(name) == name
    except Problem:
        return False


def test_the_last_id_with_a_date_is_one():
    last = "e677d21f-dbff-7abc-8def-0123456789ab"
    assert names.is_upload_id(last)
    assert names.created_at(last).year == 9999


@given(times, randomness)
def test_an_upload_id_is_a_version_7_uuid(unix_ms, random):
    made = uuid.UUID(names.uuid7(unix_ms, random))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert names.is_upload_id(str(made))


@given(st.integers(0, 253_402_300_799_000), randomness)
def test_an_upload_id_tells_its_time_to_the_millisecond(unix_ms, random):
    expected = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=unix_ms)
    difference = names.created_at(names.uuid7(unix_ms, random)) - expected
    assert abs(difference) < timedelta(milliseconds=1)


@given(st.tuples(times, randomness), st.tuples(times, randomness))
def test_upload_ids_sort_as_their_times_do(one, other):
    assert (one[0] < other[0]) <= (names.uuid7(*one) < names.uuid7(*other))


@given(randomness, randomness)
def test_74_random_bits_tell_uploads_of_one_millisecond_apart(one, other):
    kept = (0x0FFF << 64) | (0x3FFF << 48) | (2**48 - 1)
    different = (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")) & kept
    assert (names.uuid7(1, one) != names.uuid7(1, other)) == bool(different)


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "..", "../..", str(uuid.UUID(int=0)), "e267ba4e-89a5-44b4-9bb5-c8c2947fd55e",
        "01912345-6789-7ABC-8def-0123456789AB", "{01912345-6789-7abc-8def-0123456789ab}",
        "0191234567897abc8def0123456789ab", "urn:uuid:01912345-6789-7abc-8def-0123456789ab",
        "01912345-6789-7abc-8def-0123456789ab\n", "01912345-6789-7abc-8def-0123456789a\u0661",
        "e677d21f-dc00-7abc-8def-0123456789ab",
    ],
)  # fmt: skip
def test_nothing_but_a_canonical_version_7_uuid_is_an_upload_id(text):
    assert not names.is_upload_id(text)


@pytest.mark.parametrize("text", ["", "0" * 31, "0" * 33, "A" * 32, "g" * 32, "0" * 31 + "\n"])
def test_nothing_but_32_hex_digits_is_an_owner(text):
    assert not names.is_owner(text)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "is empty"),
        (" \t\u3000", "is empty"),
        (".", "must not have"),
        ("..", "must not have"),
        ("a/../b", "must not have"),
        ("a/.", "must not have"),
        ("../../etc/passwd", "must not have"),
        ("/", "empty part"),
        ("/etc/passwd", "empty part"),
        ("a/", "empty part"),
        ("a//b", "empty part"),
        ("a/ /b", "empty part"),
        ("a\x00b", "control character at position 2"),
        ("line\nbreak", "control character at position 5"),
        ("\x7f", "control character at position 1"),
        ("\x85x", "control character"),
        ("a\u2028", "line separator"),
        ("a\u2029", "paragraph separator"),
        ("\ud800", "surrogate"),
        ("x\udfff", "surrogate pair at position 2"),
        ("a" * 256, "part of 256 characters"),
        ("b/" + "日" * 255 + "x/c", "part of 256 characters"),
        ("\U0001f600" * 226, "takes 904 bytes"),
        ("/".join(["a" * 100] * 9), "takes 908 bytes"),
    ],
)
def test_a_name_that_would_make_trouble_is_refused_in_words(name, sentence):
    with pytest.raises(Problem) as refused:
        names.checked_name(name)
    assert refused.value.code == "invalid-name"
    assert sentence in refused.value.detail


@pytest.mark.parametrize(
    "name",
    [
        "a", "...", ".hidden", "a..b", "two words", 'ré"s\\;日本.pdf', "100%.txt", "a?b#c&d=e", "-rf",
        "a" * 255, "日" * 255, "\U0001f600" * 225, "e\u0301", "\u202efdp.exe", " padded ", "\u200b", "NUL",
        "a:b*c|d<e>", "a/b", "holiday/2026/beach.jpg", ".a/..b", "a/b\\c", "/".join("a" * 450),
    ],
)  # fmt: skip
def test_an_odd_but_honest_name_is_taken_as_it_is(name):
    assert names.checked_name(name) == name


@given(any_text)
def test_an_accepted_name_fits_swift_s_limits_and_is_found_again(name):
    if accepted(name):
        whole = UploadNames(OWNER, names.uuid7(0, bytes(10)), name)
        assert len(whole.file.encode()) <= 1024
        assert names.parse_file(whole.file) == whole


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(any_text.filter(accepted))
def test_swift_stores_and_lists_any_accepted_name(connection, container, name):
    file = UploadNames(OWNER, names.uuid7(0, bytes(10)), name).file
    connection.put_object(container, file, b"")
    _headers, entries = connection.get_container(container)
    connection.delete_object(container, file)
    assert [names.parse_file(entry["name"]).name for entry in entries] == [name]


@pytest.mark.parametrize(
    ("name", "base"), [("a.txt", "a.txt"), ("holiday/beach.jpg", "beach.jpg"), ("a/b/ c", " c")]
)
def test_a_path_ends_in_the_name_that_a_download_gets(name, base):
    file = UploadNames(OWNER, "an-id", name)
    assert names.parse_file(file.file) == file
    assert file.base_name == base


def test_segments_and_files_of_an_upload_have_prefixes_of_their_own():
    upload = UploadNames(OWNER, "an-id", "name.txt")
    assert upload.segment(7) == f"segments/{OWNER}/an-id/00000007"
    assert upload.segment(7).startswith(upload.segment_prefix)
    assert upload.file == f"files/{OWNER}/an-id/name.txt"
    assert upload.file.startswith(names.file_prefix(OWNER, "an-id"))
    assert upload.file.startswith(names.owner_prefix(OWNER))
