"""Where an account is, and what signs for it."""

from urllib.parse import parse_qs

import pytest

from swift_store import tempurl
from swift_store.cluster import Cluster
from swift_store.names import UploadNames

SECRET = ["an application secret of the tests, long enough"]
NAMES = UploadNames("a" * 32, "01890000-0000-7000-8000-000000000000", "a b.txt")


@pytest.mark.parametrize(
    ("storage_url", "origin", "mount", "account_path"),
    [
        ("https://swift:8080/v1/AUTH_x", "https://swift:8080", "", "/v1/AUTH_x"),
        ("https://rgw/swift/v1/AUTH_x", "https://rgw", "/swift", "/v1/AUTH_x"),
        ("https://rgw/swift/v1", "https://rgw", "/swift", "/v1"),
        ("https://rgw/swift/v1/", "https://rgw", "/swift", "/v1"),
        ("https://swift/object-store/v1.0/AUTH_v1", "https://swift", "/object-store", "/v1.0/AUTH_v1"),
        ("https://swift/elsewhere", "https://swift", "", "/elsewhere"),
    ],
)
def test_what_stands_before_the_version_is_no_part_of_the_account(storage_url, origin, mount, account_path):
    cluster = Cluster(storage_url, {})
    assert (cluster.origin, cluster.mount, cluster.account_path) == (origin, mount, account_path)


def signer(storage_url="https://rgw/swift/v1/AUTH_x", **changes):
    info = {"tempurl": {"allowed_digests": ["sha1", "sha256"]}, **changes}
    return Cluster(storage_url, info).signer(SECRET, lifetime=60)


def test_an_address_has_the_mount_and_the_signature_has_not():
    mounted, plain = signer(), signer("https://rgw/v1/AUTH_x")
    target = mounted.target("c", NAMES, now=0)
    assert target.url == f"https://rgw/swift/v1/AUTH_x/c/{NAMES.segment_prefix}"
    assert target.query == plain.target("c", NAMES, now=0).query
    assert mounted.download_url("c", NAMES, now=0).startswith("https://rgw/swift/v1/AUTH_x/c/files/")


def test_a_signed_prefix_begins_behind_the_container_wherever_that_is():
    for storage_url in ("https://rgw/swift/v1", "https://rgw/swift/v1/AUTH_x"):
        query = parse_qs(signer(storage_url).target("c", NAMES, now=0).query)
        assert query["temp_url_prefix"] == [NAMES.segment_prefix]


def test_the_address_of_browsers_may_be_another():
    cluster = Cluster("https://inside/swift/v1/AUTH_x", {"tempurl": {}})
    public = cluster.signer(SECRET, lifetime=60, origin="https://outside")
    assert public.target("c", NAMES, now=0).url.startswith("https://outside/swift/v1/AUTH_x/c/")
    assert public.digest is tempurl.Digest.SHA1


def test_an_old_cluster_gets_signatures_of_single_segments():
    old = signer(swift={"version": "2.7.0"})
    assert old.target("c", NAMES, now=0).query is None
    signed = old.segment_queries("c", NAMES, [7, 0], now=0)
    assert signed.expires_at == 60
    assert [
        old.segment_url("c", NAMES, number, now=0).partition("?")[2] for number in (7, 0)
    ] == signed.queries
    assert "temp_url_prefix" not in "".join(signed.queries)


def test_without_a_common_digest_nothing_is_signed():
    with pytest.raises(tempurl.NoCommonDigest):
        signer(tempurl={"allowed_digests": ["md5"]})
