"""From a client's wish to a ticket, or to a refusal."""

from dataclasses import replace

import pytest

from swift_store.capabilities import from_info
from swift_store.errors import PROBLEMS, Problem
from swift_store.names import created_at, is_upload_id
from swift_store.slo import MIB
from swift_store.uploads import Limits, Wish, new_ticket

LIMITS = Limits(max_file_size=100 * MIB, segment_size=4 * MIB, max_segment_size=8 * MIB, ticket_lifetime=60)
WISH = Wish("a.txt", 9 * MIB, "text/plain")
NOW = 1_800_000_000.5


def ticket_for(wish, limits=LIMITS):
    return new_ticket(wish, owner="0" * 32, container="c", limits=limits, now=NOW, randomness=bytes(10))


def test_a_ticket_says_what_was_wished_and_what_follows():
    ticket = ticket_for(WISH)
    assert (ticket.name, ticket.size, ticket.type) == ("a.txt", 9 * MIB, "text/plain")
    assert (ticket.segment_size, ticket.segments.count, ticket.expires_at) == (4 * MIB, 3, int(NOW) + 60)
    assert is_upload_id(ticket.upload_id)
    assert created_at(ticket.upload_id).timestamp() == NOW


@pytest.mark.parametrize("size", [MIB, MIB + 1, 8 * MIB])
def test_a_wished_segment_size_within_the_limits_is_granted(size):
    assert ticket_for(replace(WISH, segment_size=size)).segment_size == size


def test_a_wished_segment_size_still_grows_when_there_would_be_too_many():
    limits = replace(LIMITS, max_file_size=1 << 40)
    assert ticket_for(replace(WISH, size=2000 * MIB, segment_size=MIB), limits).segment_size == 2 * MIB


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"size": 100 * MIB + 1}, "file-too-large"),
        ({"size": 10**4000}, "file-too-large"),
        ({"segment_size": MIB - 1}, "invalid-segment-size"),
        ({"segment_size": 0}, "invalid-segment-size"),
        ({"segment_size": -1}, "invalid-segment-size"),
        ({"segment_size": 8 * MIB + 1}, "invalid-segment-size"),
        ({"name": ".."}, "invalid-name"),
        ({"type": "text"}, "invalid-type"),
    ],
)
def test_a_wish_beyond_the_rules_is_refused(change, code):
    with pytest.raises(Problem) as refused:
        ticket_for(replace(WISH, **change))
    assert refused.value.code == code


def test_a_file_that_the_site_allows_but_the_cluster_can_not_hold_is_too_large():
    with pytest.raises(Problem) as refused:
        ticket_for(replace(WISH, size=8001 * MIB), replace(LIMITS, max_file_size=1 << 40))
    assert (refused.value.code, refused.value.members) == ("file-too-large", {"limit": 8000 * MIB})


def test_a_problem_renders_as_rfc_9457_says():
    problem = Problem("segments-rejected", "Send them again.", segments=[1])
    assert problem.document() == {
        "type": "about:blank", "title": "Conflict", "status": 409, "code": "segments-rejected",
        "detail": "Send them again.", "segments": [1],
    }  # fmt: skip


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_code_is_a_word_with_an_error_s_status(code):
    assert code == code.lower().replace("_", "-").replace(" ", "-")
    assert 400 <= PROBLEMS[code] < 600


@pytest.mark.parametrize(
    ("told", "limits"),
    [
        ({}, (40 * MIB, 4 * MIB, 5 << 30, 1000, MIB)),
        ({"slo": {"max_manifest_segments": 5000}}, (40 * MIB, 4 * MIB, 5 << 30, 1000, MIB)),
        (
            {"slo": {"max_manifest_segments": 3, "min_segment_size": 6 * MIB}},
            (40 * MIB, 6 * MIB, 5 << 30, 3, 6 * MIB),
        ),
        ({"swift": {"max_file_size": 3 * MIB + 7}}, (40 * MIB, 3 * MIB + 7, 3 * MIB + 7, 1000, MIB)),
        (
            {"swift": {"max_file_size": 3 * MIB + 7}, "slo": {"max_manifest_segments": 5}},
            (15 * MIB, 3 * MIB + 7, 3 * MIB + 7, 5, MIB),
        ),
        ({"swift": {"max_file_size": 1000}}, (10**6, 1000, 1000, 1000, 1000)),
    ],
    ids=["nothing", "more segments", "few and large", "small", "few and small", "tiny"],
)
def test_limits_are_the_operator_s_as_far_as_the_cluster_can_do_it(told, limits):
    found = Limits.within(
        from_info({"slo": {}, **told}), max_file_size=40 * MIB, segment_size=4 * MIB, ticket_lifetime=60
    )
    assert limits == (
        found.max_file_size,
        found.segment_size,
        found.max_segment_size,
        found.max_segments,
        found.min_segment_size,
    )


def test_the_largest_file_that_a_cluster_can_hold_is_taken_and_one_byte_more_is_told_the_limit():
    limits = Limits.within(
        from_info({"swift": {"max_file_size": 3 * MIB + 7}, "slo": {"max_manifest_segments": 5}}),
        max_file_size=1 << 40,
        segment_size=32 * MIB,
        ticket_lifetime=60,
    )
    assert ticket_for(replace(WISH, size=15 * MIB), limits).segments.count == 5
    with pytest.raises(Problem) as refused:
        ticket_for(replace(WISH, size=15 * MIB + 1), limits)
    assert (refused.value.code, refused.value.members["limit"]) == ("file-too-large", 15 * MIB)
