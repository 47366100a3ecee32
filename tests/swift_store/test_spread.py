"""Several containers: prepared alike, never fewer than hold files, and none that is somebody else's."""

from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace

import pytest

from swift_store import account, spread
from swift_store.capabilities import from_info
from swift_store.client import SwiftClient
from swift_store.containers import Containers
from swift_store.dev import EmbeddedSwiftError
from swift_store.dev.prepared import embedded_swift
from swift_store.errors import SwiftRefused
from swift_store.keys import tempurl_keys
from swift_store.settings import Settings

SECRET = ("n" * 32,)
SITE = ["http://site.example"]


@pytest.fixture
def prepared(client, container):
    """A function that prepares so many containers."""

    def prepare(count):
        spread.prepare(client, Containers(container, count), SECRET, SITE, quota=10**9)
        return Containers(container, count)

    return prepare


def test_all_of_them_are_ready_and_preparing_again_changes_nothing(client, prepared):
    three = prepared(3)
    assert spread.faults(client, three, SECRET, SITE) == []
    assert spread.plan(client, three, SECRET, SITE, quota=10**9) == []
    keys = {client.head_container(name)[account.KEY] for name in three.names}
    assert keys == {tempurl_keys(SECRET, name)[-1].decode() for name in three.names}
    assert client.head_container(f"{three.name}-1-private") is None


def test_the_plan_of_growth_names_the_new_ones_only(client, prepared):
    two = prepared(2)
    changes = spread.plan(client, Containers(two.name, 4), SECRET, SITE, quota=10**9)
    assert {change.container for change in changes} == {f"{two.name}-2", f"{two.name}-3"}
    assert not any(change.warning for change in changes)


def test_what_is_not_made_yet_is_a_fault(client, prepared):
    one = prepared(1)
    (fault,) = spread.faults(client, Containers(one.name, 2), SECRET, SITE)
    assert fault == f"The container {one.name}-1 does not exist."


def test_fewer_containers_than_hold_files_are_refused(client, connection, prepared):
    three = prepared(3)
    assert spread.left_behind(client, Containers(three.name, 1)) == []
    connection.put_object(three.names[2], "files/x", b"")
    assert spread.left_behind(client, three) == []
    for less in (1, 2):
        assert spread.left_behind(client, Containers(three.name, less)) == [three.names[2]]
        for act in (spread.plan, spread.prepare):
            with pytest.raises(SwiftRefused, match="never shrink"):
                act(client, Containers(three.name, less), SECRET, SITE)


def test_empty_ones_may_be_given_up(client, prepared):
    three = prepared(3)
    assert spread.plan(client, Containers(three.name, 1), SECRET, SITE, quota=10**9) == []


def test_somebody_else_s_container_is_not_taken(client, connection, container):
    connection.put_container(f"{container}-1")
    connection.put_object(f"{container}-1", "report.pdf", b"theirs")
    for act in (spread.plan, spread.prepare):
        with pytest.raises(SwiftRefused, match="is not ours"):
            act(client, Containers(container, 2), SECRET, SITE)
    assert account.KEY not in client.head_container(f"{container}-1")
    assert spread.left_behind(client, Containers(container)) == []


def test_a_site_with_the_embedded_swift_grows_and_does_not_shrink(tmp_path):
    settings = Settings(data_dir=str(tmp_path), port=0, containers=3)
    with embedded_swift(settings) as ready:
        with closing(SwiftClient(ready.swift, connections=1, timeout=10)) as client:
            client.put_object("direct-upload-2", "files/x", b"", content_type="a/b")
        fewer = replace(settings, containers=1)
        with pytest.raises(EmbeddedSwiftError, match="never shrink"), embedded_swift(fewer):
            pass


def test_where_keys_are_an_account_s_there_is_one_container():
    gateway = SimpleNamespace(
        list_containers=lambda prefix: [],  # noqa: ARG005 - as it is called
        capabilities=lambda: from_info({"swift": {"version": "18.2.4"}}),
    )
    with pytest.raises(SwiftRefused, match="too few of them"):
        spread.prepare(gateway, Containers("c", 2), SECRET, SITE)
