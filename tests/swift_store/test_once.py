"""What only one may take, or make: many try at once, on real Swift."""

import random
import secrets
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from swift_store.errors import SwiftUnavailable
from swift_store.once import take_once
from swift_store.private_store import PrivateStore, private_container

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


def test_many_that_prepare_at_once_make_one_key_of_owners(client_for, swift, container):
    """Two would give people two owners, and files that they see no more."""
    client = client_for(swift, connections=AT_ONCE)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(ROUNDS // 2):
            stores = [Written(client, f"{container}-{number}") for _ in range(AT_ONCE)]
            list(pool.map(PrivateStore.prepare, stores))
            assert sum(store.keys for store in stores) == 1
            assert stores[0].names("") == ["owner-key"]


class Written(PrivateStore):
    """A store that counts the keys that it has written."""

    keys = 0

    def _put(self, name, record, headers):
        super()._put(name, record, headers)
        self.keys += name == "owner-key"


def test_a_claim_that_a_crash_left_is_named(client, container, monkeypatch):
    monkeypatch.setattr("swift_store.private_store._ATTEMPTS", 2)
    store = PrivateStore(client, container)
    client.put_container(private_container(container), {})
    store.write("claims/owner-key/dead", {})
    with pytest.raises(SwiftUnavailable, match="claims/owner-key/"):
        store.prepare()
    store.delete("claims/owner-key/dead")
    store.prepare()
    assert store.owner_key()
