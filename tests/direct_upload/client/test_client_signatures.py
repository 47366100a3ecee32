"""Signatures end, clocks are wrong, and some clusters know none for many segments at once."""

import threading
import time

import pytest

from direct_upload.client import Patience, Verified
from direct_upload.client.lease import Lease, ends_at, grant_of
from direct_upload.client.site import Answer
from swift_store.dev import EmbeddedSwift
from swift_store.dev.changes import without, without_prefix_signatures

MIB = 1 << 20


@pytest.fixture(scope="module")
def brief_site(prepared, run_site, ready, shared_proxy):
    """A site whose signatures live for two seconds."""
    running = run_site(prepared(swift_public_url=shared_proxy.url, url_lifetime="2"))
    ready(running)
    yield running
    running.end()


def test_signatures_are_renewed_before_they_end(client_of, brief_site, proxy, make_file):
    proxy.rule = lambda _method, _number, _nth: lambda: time.sleep(0.7)
    assert client_of(brief_site, connections=1).put(make_file(6 * MIB)).size == 6 * MIB
    assert len(proxy.queries) >= 2
    assert set(proxy.stored.values()) == {1}


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_wrong_clock_of_ours_does_no_harm(client, proxy, make_file, monkeypatch, hours):
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() + hours * 3600)
    assert client.put(make_file(3 * MIB)).size == 3 * MIB
    assert proxy.begun == {("PUT", number): 1 for number in range(3)}


def answer(body, *, asked_at=100.0, server_time=1000.0):
    return Answer(body, None, asked_at, server_time)


@pytest.mark.parametrize(
    ("lifetime", "usable"), [(900, 840), (100, 75), (4, 3), (0, 0)], ids=["long", "short", "tiny", "none"]
)
def test_a_signature_is_used_until_a_while_before_its_end(lifetime, usable):
    expires = f"1970-01-01T00:{(1000 + lifetime) // 60:02d}:{(1000 + lifetime) % 60:02d}Z"
    assert ends_at(answer({}), expires) == 100 + usable


class SiteOfNumbers:
    """Signs single segments, and counts."""

    def __init__(self):
        self.signed, self.renewed = [], 0

    def target(self):
        return {"url": "http://swift/x/", "query": None, "expires_at": "2999-01-01T00:00:00Z"}

    def renew(self, _upload_id, _ticket, _stopping):
        self.renewed += 1
        return answer({"target": self.target()})

    def signatures(self, _upload_id, _ticket, numbers, _stopping):
        self.signed.append(list(numbers))
        queries = [f"sig={number}.{self.renewed}" for number in numbers]
        return answer({"queries": queries, "expires_at": "2999-01-01T00:00:00Z"})


@pytest.fixture
def lease_of_numbers():
    site = SiteOfNumbers()
    made = answer({"target": site.target()})
    lease = Lease(site, "id", "ticket", grant_of(made, site.target()), threading.Event())
    lease.site = site
    return lease


def test_single_segments_are_signed_ahead(lease_of_numbers):
    assert lease_of_numbers.address(3, range(4, 1000)) == "http://swift/x/00000003?sig=3.0"
    assert lease_of_numbers.address(50) == "http://swift/x/00000050?sig=50.0"
    assert lease_of_numbers.site.signed == [list(range(3, 103))]


def test_a_refused_signature_is_not_used_again(lease_of_numbers):
    first = lease_of_numbers.address(0)
    lease_of_numbers.refused(first, 0)
    lease_of_numbers.refused(first, 0)
    assert lease_of_numbers.address(0) == "http://swift/x/00000000?sig=0.1"
    assert lease_of_numbers.site.renewed == 1


POOR = {
    "without SLO": without("slo"),
    "without prefix signatures": without_prefix_signatures(),
}


@pytest.fixture(scope="module", params=POOR)
def poor_site(request, prepared, run_site, ready):
    """A site on a cluster that can do less."""
    with EmbeddedSwift(background_seconds=0, changes=POOR[request.param]) as swift:
        running = run_site(prepared(cluster=swift))
        ready(running)
        yield running
        running.end()


def test_poorer_clusters_hold_files_too(client_of, poor_site, make_file, tmp_path):
    path = make_file(4 * MIB + 1)
    client = client_of(poor_site, patience=Patience())
    stored = client.put(path)
    fetched = client.get(stored, tmp_path / "back")
    assert fetched.verified is Verified.CONTENT
    assert fetched.path.read_bytes() == path.read_bytes()
