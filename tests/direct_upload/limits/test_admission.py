"""Quotas while things change: whoever deletes at the right moment passes none of them.

Swift's listings are a fake's, which the tests hold back: a real one can't be stopped between two names.
"""

import asyncio
from types import SimpleNamespace

import pytest

from direct_upload.admission import Admission
from swift_store.errors import Problem
from swift_store.limits import Usage
from swift_store.settings import Settings
from swift_store.tickets import Ticket

OWNER, OTHER = "0" * 32, "1" * 32
TICKET = Ticket("id", OWNER, "container", "a.txt", 6, "a/b", 1 << 20, 1_800_000_000)
TURNS = 20


class Listings:
    """What is stored, and what happens while somebody looks: `meanwhile` has a function for each owner."""

    def __init__(self, **stored):
        self.usage = SimpleNamespace(stored=lambda owner: stored.get(owner, Usage()))
        self.meanwhile = {}

    async def run(self, look, owner):
        found = look(owner)
        for _ in range(TURNS):
            self.meanwhile.get(owner, lambda: None)()
            await asyncio.sleep(0)
        return found


def admission(listings, **limits):
    return Admission(Settings(**limits), listings, lambda: 0.0)


def refused(admission):
    with pytest.raises(Problem) as raised:
        asyncio.run(admission.admit_commit(TICKET))
    return raised.value.code, raised.value.members["scope"], raised.value.members["used"]


def test_a_deletion_while_the_owner_is_looked_at_makes_no_room_on_a_full_site():
    listings = Listings(**{"": Usage(8, 1)})
    asked = admission(listings, site_bytes=10, owner_bytes=100)
    listings.meanwhile[OWNER] = lambda: asked.forget(OTHER)
    assert refused(asked) == ("quota-exceeded", "site", 8)


def test_who_deletes_without_end_while_he_is_looked_at_has_no_more_room():
    listings = Listings(**{OWNER: Usage(8, 1)})
    asked = admission(listings, owner_bytes=10)
    listings.meanwhile[OWNER] = lambda: asked.forget(OWNER)
    assert refused(asked) == ("quota-exceeded", "owner", 8)


def test_a_commit_of_ours_counts_even_when_the_listing_that_goes_on_misses_it():
    def commit():
        with asked.room(TICKET) as room:
            room.is_used = True

    listings = Listings()
    asked = admission(listings, owner_bytes=10)
    listings.meanwhile[OWNER] = commit
    code, _scope, used = refused(asked)
    assert (code, used >= TICKET.size) == ("quota-exceeded", True)
