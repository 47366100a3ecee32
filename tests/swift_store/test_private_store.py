"""Our own records in Swift: kept, found, deleted, and out of browsers' reach."""

import pytest

from swift_store import account, owners
from swift_store.private_store import PrivateStore, private_container

KEY = b"k" * 32


@pytest.fixture
def store(client, container):
    store = PrivateStore(client, container)
    store.prepare()
    return store


def test_a_record_is_kept_until_it_is_deleted(store):
    store.write("tokens/a", {"name": "é"})
    assert store.read("tokens/a") == {"name": "é"}
    assert [store.delete("tokens/a"), store.delete("tokens/a")] == [True, False]
    assert store.read("tokens/a") is None


def test_a_record_is_created_once(store):
    assert [store.create("links/a", {"n": 1}), store.create("links/a", {"n": 2})] == [True, False]
    assert store.read("links/a") == {"n": 1}


def test_names_are_listed_by_their_beginning(store):
    for name in ("links/a/1", "links/a/2", "links/b/1"):
        store.write(name, {})
    assert store.names("links/a/") == ["links/a/1", "links/a/2"]


def test_names_of_more_than_one_page_are_listed(store, monkeypatch):
    monkeypatch.setattr("swift_store.client.PAGE", 2)
    names = [f"links/{number}" for number in range(5)]
    for name in names:
        store.write(name, {})
    assert store.names("links/") == names


def test_preparing_again_keeps_the_owner_key(store):
    key = store.owner_key()
    store.prepare()
    assert store.owner_key() == key
    assert len(key) == owners.OWNER_KEY_BYTES


def test_what_would_open_the_private_container_is_taken_away(client, connection, container):
    name = private_container(container)
    opened = {
        "x-container-meta-temp-url-key": "k", "x-container-meta-temp-url-key-2": "k",
        "x-container-meta-access-control-allow-origin": "*", "x-container-read": ".r:*",
    }  # fmt: skip
    connection.put_container(name, opened)
    account.prepare(client, container, ["0123456789abcdef" * 4], ["http://localhost:1"])
    assert not opened.keys() & connection.head_container(name).keys()


def test_an_owner_is_its_identity_s_alone():
    found = {
        owners.owner_of(KEY, "oidc", "https://a", "bc"),
        owners.owner_of(KEY, "oidc", "https://ab", "c"),
        owners.owner_of(KEY, "proxy-header", "https://a", "bc"),
        owners.owner_of(b"l" * 32, "oidc", "https://a", "bc"),
        owners.owner_of(KEY, "oidc", "https://a", "bc", ""),
    }
    assert len(found) == 5
    assert all(len(bytes.fromhex(owner)) == 16 for owner in found)
    assert owners.owner_of(KEY, "oidc", "https://a", "bc") in found
