"""What one file may be, and how much there may be of everything."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swift_store.errors import Problem
from swift_store.limits import Allowance, Rules, Scope, Usage
from swift_store.tickets import Ticket

TICKET = Ticket("id", "0" * 32, "c", "holiday/Beach.JPG", 10, "image/jpeg", 1 << 20, 0)
counts = st.integers(0, 100)


def code(rules, **changes):
    """The code of the refusal, None when there is none."""
    try:
        rules.check(replace(TICKET, **changes))
    except Problem as problem:
        return problem.code
    return None


@pytest.mark.parametrize(
    ("rules", "refused"),
    [
        ({}, None),
        ({"allowed_types": ["image/*"]}, None),
        ({"allowed_types": ["IMAGE/JPEG"]}, None),
        ({"allowed_types": ["video/*", "image/png"]}, "type-refused"),
        ({"denied_types": ["image/*"]}, "type-refused"),
        ({"allowed_types": ["image/*"], "denied_types": ["image/jpeg"]}, "type-refused"),
        ({"denied_types": ["jpeg"]}, None),
        ({"allowed_names": ["*.jpg"]}, None),
        ({"allowed_names": ["*.png", "*.gif"]}, "name-refused"),
        ({"denied_names": ["beach*"]}, "name-refused"),
        ({"denied_names": ["holiday*"]}, None),
        ({"denied_names": ["holiday/*"]}, "name-refused"),
        ({"allowed_names": ["work/*"]}, "name-refused"),
    ],
)
def test_patterns_decide_about_types_and_names(rules, refused):
    assert code(Rules(max_file_size=10, **rules)) == refused


def test_a_file_above_the_limit_is_told_the_limit():
    with pytest.raises(Problem) as refused:
        Rules(max_file_size=9).check(TICKET)
    assert (refused.value.code, refused.value.members) == ("file-too-large", {"limit": 9})


@pytest.mark.parametrize(
    ("allowed", "used", "more", "unit"),
    [
        ({}, Usage(10**20, 10**9), Usage(10**20, 1), None),
        ({"bytes": 10}, Usage(4, 1), Usage(6, 1), None),
        ({"bytes": 10}, Usage(4, 1), Usage(7, 1), "bytes"),
        ({"bytes": 10}, Usage(11, 1), Usage(0, 1), "bytes"),
        ({"files": 2}, Usage(9, 1), Usage(9, 1), None),
        ({"files": 2}, Usage(0, 2), Usage(0, 1), "files"),
        ({"files": 0}, Usage(), Usage(0, 1), "files"),
    ],
)
def test_there_is_room_up_to_the_limit(allowed, used, more, unit):
    allowance = Allowance(Scope.OWNER, **allowed)
    assert allowance.is_limited == bool(allowed)
    if unit is None:
        allowance.check(used, more)
        return
    with pytest.raises(Problem) as refused:
        allowance.check(used, more)
    problem = refused.value
    assert (problem.code, problem.status) == ("quota-exceeded", 413)
    assert problem.members == {
        "scope": "owner", "unit": unit, "limit": allowed[unit], "used": getattr(used, unit)
    }  # fmt: skip


@given(counts, counts, counts, counts)
def test_what_is_added_can_be_taken_away(a, b, c, d):
    assert Usage(a, b) + Usage(c, d) - Usage(c, d) == Usage(a, b)
