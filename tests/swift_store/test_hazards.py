"""The probe of a cluster: finds nothing in a sound one, and each hole of an older one."""

import secrets
import time

import pytest

from swift_store import account, hazards, tempurl
from swift_store.dev import EmbeddedSwift
from swift_store.dev.changes import (
    tempurl_that_takes,
    that_takes_any_signature,
    without_prefix_signatures,
)
from swift_store.hazards import ProbeFailed
from swift_store.signer import Signer

SECRET = ["an application secret of the tests, long enough"]
HOLES = ("x-copy-from", "x-object-manifest", "x-symlink-target")


@pytest.fixture(scope="module", params=HOLES)
def weak_swift(request):
    """An older Swift, with one hole at a time."""
    with EmbeddedSwift(background_seconds=0, changes=tempurl_that_takes(request.param)) as cluster:
        cluster.hole = request.param
        yield cluster


def probe(find, client, container):
    cluster = client.cluster()
    signer = Signer(cluster.origin, cluster.account_path, tempurl.Digest.SHA256, SECRET, lifetime=60)
    randomness = secrets.token_bytes(hazards.RANDOM_BYTES)
    return find(client, signer, container, now=time.time(), randomness=randomness)


def test_a_sound_swift_has_no_hazard_and_keeps_nothing_of_the_probe(client, container, connection):
    account.prepare(client, container, SECRET, ["http://localhost:1"])
    assert probe(hazards.all_hazards, client, container) == []
    assert connection.get_container(container)[1] == []


def test_each_hole_of_an_older_swift_is_found(client_for, weak_swift):
    client = client_for(weak_swift)
    account.prepare(client, "probed", SECRET, ["http://localhost:1"])
    (found,) = probe(hazards.read_outs, client, "probed")
    assert (found.attack.lower(), found.is_read_out) == (weak_swift.hole, True)
    assert client.list_objects("probed", prefix="", limit=10) == []


def test_an_attack_that_works_is_found_and_leaves_nothing(client_for):
    with EmbeddedSwift(background_seconds=0, changes=that_takes_any_signature()) as cluster:
        client = client_for(cluster)
        account.prepare(client, "probed", SECRET, ["http://localhost:1"])
        found = {one.attack for one in probe(hazards.all_hazards, client, "probed")}
        trespasses = {"GET", "DELETE", "PUT to another upload", "PUT to a sibling prefix", "a late PUT"}
        assert trespasses < found
        assert client.list_objects("probed", prefix="", limit=10) == []


def test_an_old_swift_is_seen_to_sign_no_prefixes_and_is_probed_all_the_same(client_for):
    with EmbeddedSwift(background_seconds=0, changes=without_prefix_signatures()) as cluster:
        client = client_for(cluster)
        account.prepare(client, "probed", SECRET, ["http://localhost:1"])
        assert not probe(hazards.signs_prefixes, client, "probed")
        assert probe(hazards.all_hazards, client, "probed") == []
        assert client.list_objects("probed", prefix="", limit=10) == []


def test_a_present_day_swift_is_seen_to_sign_prefixes(client, container):
    account.prepare(client, container, SECRET, ["http://localhost:1"])
    assert probe(hazards.signs_prefixes, client, container)


def test_without_our_key_the_probe_says_that_it_knows_nothing(client, container):
    with pytest.raises(ProbeFailed, match="401"):
        probe(hazards.read_outs, client, container)


def test_without_a_container_too(client):
    with pytest.raises(ProbeFailed):
        probe(hazards.read_outs, client, "nowhere")
