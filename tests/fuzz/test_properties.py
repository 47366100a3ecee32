"""Properties of what reads foreign values, for values that nobody thought of."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from direct_upload import messages
from direct_upload.problems import problem_of
from swift_store import content_types, names, slo, tickets
from swift_store.errors import PROBLEMS, Problem
from swift_store.slo import MIB
from swift_store.uploads import Limits, Wish, new_ticket

SECRET, OTHER = "s" * 32, "x" * 32
NOW = 1_800_000_000
LIMITS = Limits(1 << 40, 32 * MIB, 5 << 30, 7 * 86400)

many = settings.get_profile("parsing")
text = st.text(st.characters(exclude_categories=[]))
owners = st.text("0123456789abcdef", min_size=32, max_size=32)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=20,
)
# Objects with the right names and wrong values reach further than any others.
FIELDS = ("name", "size", "type", "segment_size", "ticket", "segments", "id", "uploads")
requests = st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=len(FIELDS))
REQUESTS = [
    kind
    for kind in vars(messages).values()
    if isinstance(kind, type)
    and issubclass(kind, BaseModel)
    and kind.__name__.endswith(("Request", "Item", "UploadBatch", "CompleteBatch"))
]


@many
@given(owners)
def test_a_cookie_names_the_owner_that_it_was_made_for_and_only_with_its_secret(owner):
    cookie = tickets.seal_owner(owner, [SECRET])
    assert tickets.open_owner(cookie, [OTHER, SECRET]) == owner
    assert tickets.open_owner(cookie, [OTHER]) is None


@many
@given(st.none() | text, st.binary(min_size=16, max_size=16))
def test_whoever_brings_no_cookie_of_ours_is_somebody_new(cookie, random):
    assert tickets.owner_or_new(cookie, [SECRET], lambda _size: random) == random.hex()


@many
@given(owners, st.data())
def test_a_cookie_changed_at_any_place_is_no_cookie_of_ours(owner, data):
    cookie = tickets.seal_owner(owner, [SECRET])
    at = data.draw(st.integers(0, len(cookie) - 1))
    changed = cookie[:at] + data.draw(text.filter(lambda put: put != cookie[at])) + cookie[at + 1 :]
    assert tickets.open_owner(changed, [SECRET]) is None


@many
@given(text, st.integers(), text, st.none() | st.integers())
def test_a_wish_becomes_a_ticket_that_keeps_all_limits_or_a_refusal(name, size, kind, segment_size):
    wish = Wish(name, abs(size), kind, segment_size)
    try:
        ticket = new_ticket(wish, owner="0" * 32, container="c", limits=LIMITS, now=NOW, randomness=bytes(10))
    except Problem as problem:
        assert PROBLEMS[problem.code] < 500
        return
    assert (ticket.name, ticket.size) == (name, abs(size))
    assert ticket.size <= LIMITS.max_file_size
    assert MIB <= ticket.segment_size <= LIMITS.max_segment_size
    assert ticket.segments.count <= slo.MAX_SEGMENTS
    assert tickets.open_ticket(tickets.seal(ticket, [SECRET]), [SECRET], now=NOW) == ticket


@many
@given(st.from_regex(r"\A[!-~]{1,20}/[!-~]{1,20}\Z"))
def test_a_type_is_taken_once_and_then_as_it_is(declared):
    try:
        taken = content_types.checked_type(declared)
    except Problem:
        return
    assert content_types.checked_type(taken) == taken == declared.lower()
    assert content_types.stored_type(content_types.stored_type(taken)) == content_types.stored_type(taken)


@many
@given(text)
def test_an_accepted_name_is_accepted_again_and_found_in_its_object_s_name(name):
    try:
        accepted = names.checked_name(name)
    except Problem as problem:
        json.dumps(problem.document())
        return
    assert names.checked_name(accepted) == name
    whole = names.UploadNames("0" * 32, names.uuid7(0, bytes(10)), accepted)
    assert names.parse_file(whole.file) == whole


errors_of_swift = st.lists(
    st.tuples(
        st.from_regex(r"\A/c/[a-z/]{0,9}[0-9]{1,8}\Z") | text,
        st.sampled_from(["Etag Mismatch", "Size Mismatch", "404 Not Found", "503 Service Unavailable"])
        | text,
    )
    | json_values
)


@many
@given(
    errors_of_swift.map(lambda errors: json.dumps({"Errors": errors})) | text | json_values.map(json.dumps)
)
def test_whatever_swift_says_of_a_manifest_is_understood_or_set_aside(answer):
    body = answer.encode("utf-8", "surrogatepass")
    assert slo.is_temporary(body) in {True, False}
    assert all(
        set(fault) == {"number", "reason"} and fault["reason"] in {"missing", "checksum", "size"}
        for fault in slo.rejected_segments(body)
    )


@many
@given(st.lists(st.integers(0, 999), unique=True), st.sampled_from(["Etag Mismatch", "Size Mismatch"]))
def test_all_faults_of_a_manifest_are_named_in_order(numbers, error):
    errors = [[f"/c/segments/o/u/{number:08d}", error] for number in numbers]
    faults = slo.rejected_segments(json.dumps({"Errors": errors}).encode())
    assert [fault["number"] for fault in faults] == sorted(numbers)


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)
@many
@given(body=requests.map(json.dumps) | json_values.map(json.dumps) | text)
def test_a_body_is_a_message_or_a_refusal_that_can_be_told(kind, body):
    try:
        kind.model_validate_json(body.encode("utf-8", "surrogatepass"))
    except ValueError as error:
        problem = problem_of(error)
        assert problem.code in {"invalid-json", "invalid-request"}
        assert len(json.dumps(problem.document())) < 10_000


def test_all_kinds_of_bodies_are_tried():
    assert {kind.__name__ for kind in REQUESTS} >= {"UploadRequest", "CompleteRequest", "UploadBatch"}
