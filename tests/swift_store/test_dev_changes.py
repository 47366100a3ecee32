"""Clusters that stand in for other people's."""

from contextlib import closing

import httpx
import pytest
import swiftclient

from swift_store.dev import EmbeddedSwift
from swift_store.dev.changes import (
    NO_CHANGES,
    ProxyChanges,
    tempurl_that_takes,
    with_full_disks,
    without,
    without_container_server,
)

SECTIONS = {"filter:slo": {"use": "egg:swift#slo", "a": "1"}, "filter:dlo": {"use": "egg:swift#dlo"}}


@pytest.mark.parametrize(
    ("changes", "pipeline", "filters"),
    [
        (NO_CHANGES, "slo dlo proxy", SECTIONS),
        (without("slo"), "dlo proxy", SECTIONS),
        (ProxyChanges(pipeline={"dlo": ("x", "y")}), "slo x y proxy", SECTIONS),
        (
            ProxyChanges(filters={"slo": {"a": "2"}, "new": {"b": "3"}}),
            "slo dlo proxy",
            SECTIONS | {"filter:slo": {"use": "egg:swift#slo", "a": "2"}, "filter:new": {"b": "3"}},
        ),
        (
            ProxyChanges(filters={"slo": {"paste.filter_factory": "m:f"}}),
            "slo dlo proxy",
            SECTIONS | {"filter:slo": {"paste.filter_factory": "m:f"}},
        ),
    ],
)
def test_changes_leave_all_else_as_it_is(changes, pipeline, filters):
    assert changes.changed_pipeline("slo dlo proxy") == pipeline
    assert changes.changed_filters(SECTIONS) == filters


def test_changes_survive_the_way_into_the_cluster():
    changes = tempurl_that_takes("x-copy-from", "x-symlink-target")
    assert ProxyChanges.from_json(changes.to_json()).filters == changes.filters


def test_a_cluster_can_lack_a_feature_and_have_another_digest():
    changes = ProxyChanges(pipeline={"slo": ()}, filters={"tempurl": {"allowed_digests": "sha1"}})
    with EmbeddedSwift(background_seconds=0, changes=changes) as cluster:
        info = httpx.get(cluster.storage_url.partition("/v1/")[0] + "/info").json()
    assert "slo" not in info
    assert info["tempurl"]["allowed_digests"] == ["sha1"]


@pytest.mark.parametrize(
    "broken", [with_full_disks(), without_container_server()], ids=["full", "no container"]
)
def test_a_broken_cluster_stores_nothing_and_has_all_of_it_when_it_is_mended(tmp_path, broken):
    with EmbeddedSwift(tmp_path) as whole, swiftclient_of(whole) as connection:
        connection.put_container("c")
        connection.put_object("c", "before", b"before")
    with EmbeddedSwift(tmp_path, changes=broken) as cluster, swiftclient_of(cluster) as connection:
        with pytest.raises(swiftclient.ClientException) as refusal:
            connection.put_object("c", "meanwhile", b"meanwhile")
        assert refusal.value.http_status == 503
    with EmbeddedSwift(tmp_path) as mended, swiftclient_of(mended) as connection:
        assert [entry["name"] for entry in connection.get_container("c")[1]] == ["before"]
        assert connection.get_object("c", "before")[1] == b"before"


def swiftclient_of(cluster):
    return closing(swiftclient.Connection(cluster.auth_url, cluster.user, cluster.key, retries=0))
