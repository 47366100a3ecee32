"""Which container is an owner's: fairly shared out, the same every time, and found again after growth."""

import hashlib
import math
from collections import Counter
from itertools import pairwise

import pytest

from swift_store.containers import Containers

OWNERS = [hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest() for number in range(20_000)]
SIZES = [1, 2, 3, 4, 7, 16, 64]
# With so many degrees of freedom chi-square is above this once in a thousand times.
RARE = {2: 10.83, 3: 13.82, 4: 16.27, 7: 22.46, 16: 37.70, 64: 103.44}


@pytest.mark.parametrize("count", SIZES[1:])
def test_owners_are_shared_out_fairly(count):
    homes = Counter(Containers("c", count).home(owner) for owner in OWNERS)
    expected = len(OWNERS) / count
    found = (homes[name] for name in Containers("c", count).names)
    assert sum((one - expected) ** 2 / expected for one in found) < RARE[count]


def test_the_first_container_has_the_name_of_the_settings():
    assert Containers("uploads", 3).names == ["uploads", "uploads-1", "uploads-2"]
    assert {Containers("uploads").home(owner) for owner in OWNERS} == {"uploads"}


def test_homes_never_change_while_the_number_stays():
    """What is stored somewhere must be found there by every later version."""
    owners = ["0" * 32, "0123456789abcdef" * 2, "f" * 32]
    assert [list(Containers("c", 16).candidates(one)) for one in owners] == [
        ["c"],
        ["c-8", "c-6", "c-2", "c-1", "c"],
        ["c-7", "c-5", "c-4", "c"],
    ]


@pytest.mark.parametrize(("before", "after"), [*pairwise(SIZES)], ids=str)
def test_growth_moves_owners_to_new_containers_only_and_no_more_than_needed(before, after):
    old, new = Containers("c", before), Containers("c", after)
    moved = [owner for owner in OWNERS if old.home(owner) != new.home(owner)]
    assert {new.home(owner) for owner in moved} == set(new.names) - set(old.names)
    assert len(moved) / len(OWNERS) == pytest.approx(1 - before / after, abs=0.02)


def test_every_home_that_an_owner_ever_had_is_a_candidate():
    for owner in OWNERS[:300]:
        homes = dict.fromkeys(Containers("c", count).home(owner) for count in range(1, 65))
        assert list(Containers("c", 64).candidates(owner)) == list(reversed(homes))


def test_candidates_are_few():
    each = [len(Containers("c", 64).candidates(owner)) for owner in OWNERS]
    assert sum(each) / len(each) == pytest.approx(math.log(64) + 0.5772, abs=0.05)


@pytest.mark.parametrize(
    ("name", "is_beyond"),
    [
        ("uploads-3", True),
        ("uploads-300", True),
        ("uploads-2", False),
        ("uploads", False),
        ("uploads-private", False),
        ("uploads-03", False),
        ("uploads-", False),
        ("uploads-٣", False),
        ("other-3", False),
        ("uploads-x-3", False),
    ],
)
def test_only_numbers_that_are_not_reached_are_beyond(name, is_beyond):
    assert Containers("uploads", 3).is_beyond(name) is is_beyond


def test_the_first_container_is_never_beyond():
    assert not Containers("uploads").is_beyond("uploads-0")
