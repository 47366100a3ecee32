"""Until when tickets may be about, whatever was set since they were given, and whatever a clock says."""

import time

import pytest

from swift_store import ticket_times
from swift_store.private_store import PrivateStore
from swift_store.ticket_times import kept

DAY = 86400
WEEK, MONTH = 7 * DAY, 30 * DAY
NOW = 1_800_000_000


def days(**lifetimes):
    """`d30=None` and the like as a record: days, and the day on which they end."""
    return {
        str(int(name[1:]) * DAY): None if end is None else NOW + end * DAY for name, end in lifetimes.items()
    }


@pytest.mark.parametrize(
    ("found", "lifetime", "expected"),
    [
        ({}, 7, days(d7=None)),
        (days(d7=None), 7, days(d7=None)),
        (days(d7=None), 30, days(d30=None)),
        (days(d30=None), 7, days(d30=30, d7=None)),
        (days(d30=20, d7=None), 7, days(d30=20, d7=None)),
        (days(d30=0, d7=None), 7, days(d7=None)),
        (days(d30=1, d14=None), 7, days(d30=1, d14=14, d7=None)),
        (days(d30=20, d7=None), 30, days(d30=None)),
        (days(d30=20, d7=None), 14, days(d30=20, d14=None)),
    ],
    ids=[
        "the first",
        "the same",
        "a longer one",
        "a shorter one",
        "while the longer one's tickets live",
        "after their end",
        "shorter twice",
        "longer again",
        "one between both",
    ],
)
def test_a_lifetime_is_kept_until_the_last_of_its_tickets_has_ended(found, lifetime, expected):
    assert kept(found, lifetime * DAY, NOW) == expected


@pytest.fixture
def store(client, container):
    store = PrivateStore(client, container)
    store.prepare()
    return store


def test_what_was_once_set_is_known_to_who_has_another_setting(client, store):
    assert ticket_times.keep(client, store, MONTH, time.time()).longest == MONTH
    assert ticket_times.look(client, store, WEEK, time.time()).longest == MONTH
    assert ticket_times.keep(client, store, WEEK, time.time()).longest == MONTH


def test_looking_keeps_nothing(client, store):
    ticket_times.look(client, store, MONTH, time.time())
    assert ticket_times.look(client, store, WEEK, time.time()).longest == WEEK


@pytest.mark.parametrize(
    ("shift", "is_ours"), [(-10 * DAY, True), (10 * DAY, False)], ids=["behind", "ahead"]
)
def test_the_clock_that_is_behind_counts(client, store, shift, is_ours):
    ours = time.time() + shift
    times = ticket_times.keep(client, store, WEEK, ours)
    assert (times.now == ours) == is_ours
    assert times.now <= time.time()
    assert times.over_before.timestamp() == pytest.approx(times.now - WEEK - DAY)


def test_a_clock_that_is_ahead_forgets_no_lifetime(client, store):
    ticket_times.keep(client, store, MONTH, time.time())
    ticket_times.keep(client, store, WEEK, time.time())
    assert ticket_times.keep(client, store, WEEK, time.time() + 2 * MONTH).longest == MONTH
