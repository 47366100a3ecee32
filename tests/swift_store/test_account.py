"""Preparing a container for uploads, and telling what one lacks."""

from contextlib import closing

import pytest

from swift_store import account
from swift_store.client import SwiftClient
from swift_store.credentials import credentials_from

OLD, NEW, OTHER = ("o" * 32,), ("n" * 32,), ("x" * 32,)
SITE = ["http://site.example"]


@pytest.fixture
def client(swift):
    with closing(SwiftClient(credentials_from(swift.environ), connections=1, timeout=10)) as client:
        yield client


@pytest.fixture
def faults(client, container):
    """A function from secrets and origins to what the container lacks for them."""
    return lambda secrets, origins: account.faults(
        client.head_container(container), secrets, container, origins
    )


def test_a_missing_container_is_said_so(client):
    assert client.head_container("nowhere") is None
    assert account.faults(None, NEW, "nowhere", SITE) == ["The container nowhere does not exist."]


def test_a_plain_container_lacks_key_and_cors(faults):
    assert len(faults(NEW, SITE)) == 2


def test_a_prepared_container_lacks_nothing_however_often_it_was_prepared(client, container, faults):
    for _ in range(2):
        account.prepare(client, container, NEW, SITE)
        assert faults(NEW, SITE) == []


def test_preparing_makes_the_container(client, container):
    name = f"{container}-new"
    account.prepare(client, name, NEW, SITE)
    assert account.faults(client.head_container(name), NEW, name, SITE) == []


@pytest.mark.parametrize(
    ("secrets", "origins", "sentence"),
    [
        (OTHER, SITE, "does not have the TempURL key of this secret"),
        (NEW, [*SITE, "http://other.example"], "does not allow uploads from http://other.example."),
        (NEW, ["http://site.example:81"], "does not allow uploads from http://site.example:81."),
    ],
)
def test_what_is_missing_is_named(  # noqa: PLR0913, PLR0917 - fixtures and a table
    client, container, faults, secrets, origins, sentence
):
    account.prepare(client, container, NEW, SITE)
    (fault,) = faults(secrets, origins)
    assert sentence in fault


def test_a_container_open_to_all_sites_is_open_to_ours(client, container, faults):
    account.prepare(client, container, NEW, ["*"])
    assert faults(NEW, SITE) == []


def test_while_the_secret_changes_both_work(client, container, faults):
    account.prepare(client, container, [*OLD, *NEW], SITE)
    assert faults(OLD, SITE) == faults(NEW, SITE) == []


def test_afterwards_the_old_secret_s_key_is_gone(client, container, faults):
    account.prepare(client, container, [*OLD, *NEW], SITE)
    account.prepare(client, container, NEW, SITE)
    assert faults(NEW, SITE) == []
    assert len(faults(OLD, SITE)) == 1


def test_the_plan_is_what_preparing_does_and_then_empty(client, container):
    name = f"{container}-new"
    changes = account.plan(client, name, NEW, SITE, quota=10**9)
    assert (changes[0].container, changes[0].what, changes[0].then) == (name, "container", "made")
    assert {change.container for change in changes} == {name, f"{name}-private"}
    assert not any(change.warning for change in changes)
    assert client.head_container(name) is None
    account.prepare(client, name, NEW, SITE, quota=10**9)
    assert account.plan(client, name, NEW, SITE, quota=10**9) == []


CHANGED = {
    "another site": ({"origins": ["http://other.example"]}, ["sites that browsers may upload from"], False),
    "another quota": ({"quota": 5}, ["quota in bytes"], False),
    "a new secret beside the old": ({"secrets": [*NEW, *OLD]}, ["TempURL key", "second TempURL key"], False),
    "another secret": ({"secrets": OTHER}, ["TempURL key"], True),
}


@pytest.mark.parametrize(("wish", "whats", "ends_uploads"), CHANGED.values(), ids=CHANGED)
def test_a_plan_names_each_change_and_no_key(client, container, wish, whats, ends_uploads):
    account.prepare(client, container, NEW, SITE)
    wished = {"secrets": NEW, "origins": SITE} | wish
    changes = account.plan(client, container, **wished)
    assert [change.what for change in changes] == whats
    assert any(change.warning for change in changes) is ends_uploads
    stored = client.head_container(container)
    keys = [stored[account.KEY], account.container_headers(wished["secrets"], container, SITE)[account.KEY]]
    assert not any(key in repr(changes) for key in keys)


def test_a_plan_closes_what_somebody_opened(client, container):
    account.prepare(client, container, NEW, SITE)
    client.put_container(f"{container}-private", {"x-container-read": ".r:*"})
    (change,) = account.plan(client, container, NEW, SITE)
    assert (change.what, change.now, change.then) == ("who may read it", ".r:*", "none")
    account.prepare(client, container, NEW, SITE)
    assert account.plan(client, container, NEW, SITE) == []
