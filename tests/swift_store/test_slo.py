"""How files are cut, and the manifest that makes them one, held against Swift's own answers."""

import hashlib
import json

import pytest
import swiftclient
from hypothesis import given
from hypothesis import strategies as st

from swift_store import slo
from swift_store.errors import Problem
from swift_store.slo import MAX_SEGMENTS, MIB, SegmentPlan

MAX_SEGMENT = 5 * 1024 * MIB + 2

sizes = st.integers(0, MAX_SEGMENTS * (MAX_SEGMENT // MIB) * MIB)
preferred_sizes = st.integers(MIB, MAX_SEGMENT)


def md5(body):
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


@given(sizes, preferred_sizes)
def test_every_byte_is_in_exactly_one_of_at_most_1000_segments(size, preferred):
    plan = slo.plan(size, preferred, MAX_SEGMENT)
    of_segments = [plan.size_of(number) for number in range(plan.count)]
    assert len(of_segments) <= MAX_SEGMENTS
    assert sum(of_segments) == size
    assert all(part == plan.segment_size for part in of_segments[:-1])
    assert all(0 < part <= plan.segment_size <= MAX_SEGMENT for part in of_segments)


@given(sizes, preferred_sizes)
def test_segments_have_the_preferred_size_or_grow_in_whole_mib_and_no_further_than_needed(size, preferred):
    grown = slo.plan(size, preferred, MAX_SEGMENT).segment_size
    if size <= MAX_SEGMENTS * preferred:
        assert grown == preferred
    else:
        assert grown % MIB == 0
        assert MAX_SEGMENTS * (grown - MIB) < size


@pytest.mark.parametrize(
    ("size", "segment_size", "count"),
    [
        (0, 32 * MIB, 0),
        (1, 32 * MIB, 1),
        (32 * MIB, 32 * MIB, 1),
        (32 * MIB + 1, 32 * MIB, 2),
        (32_000 * MIB, 32 * MIB, 1000),
        (32_000 * MIB + 1, 33 * MIB, 970),
    ],
)
def test_plans_at_the_edges(size, segment_size, count):
    plan = slo.plan(size, 32 * MIB, MAX_SEGMENT)
    assert (plan.segment_size, plan.count) == (segment_size, count)


def test_the_largest_file_that_a_refusal_names_is_taken_and_one_byte_more_is_not():
    with pytest.raises(Problem) as refused:
        slo.plan(1 << 60, MIB, MAX_SEGMENT)
    limit = refused.value.members["limit"]
    assert refused.value.code == "file-too-large"
    assert slo.plan(limit, MIB, MAX_SEGMENT).count == MAX_SEGMENTS
    with pytest.raises(Problem):
        slo.plan(limit + 1, MIB, MAX_SEGMENT)


@pytest.mark.parametrize("md5s", [[], ["0" * 32] * 3])
def test_as_many_checksums_as_segments_are_asked_for(md5s):
    with pytest.raises(Problem, match="has 2 segments"):
        slo.checked_md5s(md5s, 2)


@pytest.mark.parametrize(
    "wrong", ["", "0" * 31, "0" * 33, "A" * 32, "g" * 32, "0" * 32 + "\n", '"' + "0" * 32]
)
def test_a_malformed_checksum_is_refused_by_its_number(wrong):
    with pytest.raises(Problem) as refused:
        slo.checked_md5s(["0" * 32, wrong], 2)
    assert refused.value.code == "invalid-segments"
    assert refused.value.members["segments"] == [{"number": 1, "reason": "malformed"}]


class Segments:
    """Two small segments in Swift, and manifests of them."""

    bodies = (b"four", b"be")
    plan = SegmentPlan(6, 4)

    def __init__(self, connection, container):
        self.connection, self.container = connection, container
        self.md5s = [connection.put_object(container, f"s/{n:08d}", b) for n, b in enumerate(self.bodies)]

    def commit(self, manifest):
        return self.connection.put_object(
            self.container,
            "file",
            manifest,
            headers={"Accept": "application/json"},
            query_string="multipart-manifest=put",
        )

    def manifest(self, md5s=None, plan=None):
        paths = [f"/{self.container}/s/{number:08d}" for number in range(2)]
        return slo.manifest(plan or self.plan, paths, md5s or self.md5s)

    def refusal(self, manifest):
        with pytest.raises(swiftclient.ClientException) as refused:
            self.commit(manifest)
        return slo.rejected_segments(refused.value.http_response_content)


@pytest.fixture
def segments(connection, container):
    return Segments(connection, container)


def test_swift_makes_one_object_of_the_manifest_with_the_etag_that_we_foretell(segments):
    etag = segments.commit(segments.manifest())
    headers, body = segments.connection.get_object(segments.container, "file")
    assert body == b"fourbe"
    assert slo.etag(segments.md5s) == etag.strip('"') == headers["etag"].strip('"')


def test_the_etag_of_an_empty_file_is_that_of_nothing():
    assert slo.etag([]) == md5(b"")


def test_swift_s_refusals_name_the_segments_at_fault(segments):
    right, wrong = segments.md5s[0], md5(b"something else")
    assert segments.refusal(segments.manifest([right, wrong])) == [{"number": 1, "reason": "checksum"}]
    assert segments.refusal(segments.manifest(plan=SegmentPlan(7, 4))) == [{"number": 1, "reason": "size"}]
    segments.connection.delete_object(segments.container, "s/00000000")
    assert segments.refusal(segments.manifest()) == [{"number": 0, "reason": "missing"}]
    assert segments.refusal(segments.manifest([right, wrong])) == [
        {"number": 0, "reason": "missing"},
        {"number": 1, "reason": "checksum"},
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b"[]", b"null", b"{}", b'{"Errors": null}', b'{"Errors": [["a"]]}', b"\xff",
        b'{"Errors": [["/c/s/x", "Etag Mismatch"]]}', b'{"Errors": [["/c/s/1", "Weather"]]}',
        b'{"Errors": [["/c/s/1", null]]}', b'{"Errors": [[1, "Etag Mismatch"]]}',
    ],
)  # fmt: skip
def test_answers_about_something_else_name_no_segments(body):
    assert slo.rejected_segments(body) == []


def test_a_manifest_says_path_checksum_and_size_of_each_segment():
    assert json.loads(slo.manifest(SegmentPlan(5, 4), ["/c/é", "/c/2"], ["a", "b"])) == [
        {"path": "/c/é", "etag": "a", "size_bytes": 4},
        {"path": "/c/2", "etag": "b", "size_bytes": 1},
    ]
