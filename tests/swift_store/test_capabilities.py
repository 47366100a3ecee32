"""What a cluster's `/info` means for uploads, by what Swift and Ceph's RGW answer."""

import pytest

from swift_store.capabilities import LargeObjects, Server, from_info, notices

# As a Swift 2.38 answers, cut to what we read.
PRESENT = {
    "swift": {"version": "2.38.3", "max_file_size": 5368709122},
    "tempurl": {"methods": ["GET", "HEAD", "PUT", "POST", "DELETE"], "allowed_digests": ["sha1", "sha256"]},
    "slo": {"max_manifest_segments": 1000, "min_segment_size": 1},
    "bulk_delete": {"max_deletes_per_request": 10000, "max_failed_deletes": 1000},
}
# As RGW answers: https://docs.ceph.com, and rgw_rest_swift.cc.
GATEWAY = {
    "swift": {"version": "18.2.4", "max_file_size": 5 << 30},
    "tempurl": {"methods": ["GET", "HEAD", "PUT", "POST", "DELETE"]},
    "slo": {"max_manifest_segments": 1000},
    "bulk_delete": {},
}


def codes(info, *, signs_prefixes=True):
    return {notice.code for notice in notices(from_info(info), signs_prefixes=signs_prefixes)}


def test_a_present_day_swift_can_do_everything():
    found = from_info(PRESENT)
    assert (found.name, found.digests) == ("Swift 2.38.3", ("sha1", "sha256"))
    assert (found.max_object_bytes, found.slo, found.max_deletes) == (
        5368709122,
        LargeObjects(max_segments=1000, min_segment_bytes=1),
        10000,
    )
    assert found.container_keys
    assert found.guesses_prefixes
    assert codes(PRESENT) == set()


def test_a_gateway_is_known_by_ceph_s_version_and_tells_little():
    found = from_info(GATEWAY)
    assert (found.server, found.name) == (Server.RGW, "Ceph RGW 18.2.4")
    assert (found.digests, found.max_deletes, found.container_keys) == (("sha1",), 1000, False)
    assert codes(GATEWAY) == {"sha1-only", "account-keys"}


@pytest.mark.parametrize(
    ("version", "server", "guesses"),
    [
        ("1.13.1", Server.SWIFT, False),
        ("2.2.0", Server.SWIFT, False),
        ("2.11.0", Server.SWIFT, False),
        ("2.12.0", Server.SWIFT, True),
        ("2.38.3.dev4", Server.SWIFT, True),
        ("0.94.6", Server.RGW, True),
        ("10.2.1", Server.RGW, True),
        ("unknown", Server.SWIFT, True),
        (None, Server.SWIFT, True),
    ],
)
def test_the_version_says_whose_server_it_is_and_what_to_try_first(version, server, guesses):
    found = from_info({"swift": {"version": version}})
    assert (found.server, found.guesses_prefixes) == (server, guesses)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"slo": None}, "weaker-promise"),
        ({"bulk_delete": None}, "no-bulk-delete"),
        ({"tempurl": {"allowed_digests": ["sha1"]}}, "sha1-only"),
        ({"tempurl": {}}, "sha1-only"),
    ],
    ids=["no SLO", "no bulk delete", "one digest", "no list of digests"],
)
def test_what_a_cluster_lacks_has_a_notice(changes, code):
    info = {name: section for name, section in {**PRESENT, **changes}.items() if section is not None}
    assert codes(info) == {code}


def test_the_probe_has_the_last_word_on_prefixes():
    assert codes(PRESENT, signs_prefixes=False) == {"no-prefix-signatures"}


def test_a_cluster_without_signed_urls_has_no_digests():
    assert from_info({"swift": {}}).digests == ()


@pytest.mark.parametrize("odd", [7, "x", [], None, {"version": 2, "max_file_size": "5", "methods": 1}])
def test_what_has_an_unexpected_form_counts_as_not_told(odd):
    found = from_info(dict.fromkeys(("swift", "tempurl", "slo", "bulk_delete"), odd))
    assert (found.version, found.digests, found.max_object_bytes) == (None, ("sha1",), 5 << 30)
    assert (found.slo, found.max_deletes) == (LargeObjects(1000, 1), 1000)
