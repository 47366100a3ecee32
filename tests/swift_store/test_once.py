"""What only one may take: many try at once, on real Swift."""

import random
import secrets
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from swift_store.errors import SwiftUnavailable
from swift_store.once import take_once
from swift_store.private_store import PrivateStore

AT_ONCE, ROUNDS, ATTEMPTS = 6, 10, 12


@pytest.fixture
def store(client_for, swift, container):
    store = PrivateStore(client_for(swift, connections=AT_ONCE), container)
    store.prepare()
    return store


def take(store, name):
    attempts = (secrets.token_hex(8) for _ in range(ATTEMPTS))
    try:
        return take_once(store, name, attempts, lambda: time.sleep(random.uniform(0, 0.2)))  # noqa: S311
    except SwiftUnavailable:
        return False


def test_of_many_at_once_never_two_take_it(store):
    """A plain deletion is told to several of them that they were the first."""
    taken = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(ROUNDS):
            name = f"links/{number}"
            store.write(name, {})
            taken.append(sum(pool.map(take, [store] * AT_ONCE, [name] * AT_ONCE)))
    assert max(taken) == 1
    assert sum(taken) >= ROUNDS // 2
    assert store.names("claims/") == []


def test_what_is_taken_can_t_be_taken_again(store):
    store.write("links/a", {})
    assert [take(store, "links/a"), take(store, "links/a")] == [True, False]


def test_while_another_claims_it_nobody_goes_on(store):
    store.write("links/a", {})
    store.write("claims/links/a/another", {})
    with pytest.raises(SwiftUnavailable):
        take_once(store, "links/a", ["x", "y"], lambda: None)
    assert store.read("links/a") == {}
