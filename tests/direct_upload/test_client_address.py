"""Which address counts when proxies are in between, and that nobody can make one up."""

from ipaddress import ip_network

import pytest

from direct_upload.client_address import client_address, is_trusted

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]

# Who connects, the headers X-Forwarded-For, and who it is.
CASES = {
    "nobody in between": ("203.0.113.9", [], "203.0.113.9"),
    "a header from a stranger": ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
    "one proxy": ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
    "two proxies": ("10.0.0.1", ["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
    "two headers": ("10.0.0.1", ["203.0.113.9", "10.0.0.2"], "203.0.113.9"),
    "a made-up beginning": ("10.0.0.1", ["127.0.0.1, 10.9.9.9, 203.0.113.9"], "203.0.113.9"),
    "nonsense at the end": ("10.0.0.1", ["203.0.113.9, <script>"], "10.0.0.1"),
    "nonsense before the client": ("10.0.0.1", ["x, 203.0.113.9"], "203.0.113.9"),
    "a proxy that asks itself": ("10.0.0.1", [], "10.0.0.1"),
    "an empty header": ("10.0.0.1", [""], "10.0.0.1"),
    "IPv6": ("fd00::1", ["2001:db8::5"], "2001:db8::5"),
    "IPv4 in IPv6": ("::ffff:10.0.0.1", ["::ffff:203.0.113.9"], "203.0.113.9"),
    "a chain without end": ("10.0.0.1", ["203.0.113.9" + ", 10.0.0.2" * 1000], "10.0.0.2"),
    "no address at all": ("/run/site.sock", ["203.0.113.9"], "/run/site.sock"),
}


@pytest.mark.parametrize(("peer", "forwarded_for", "found"), CASES.values(), ids=CASES)
def test_the_client_is_whom_the_last_trusted_proxy_saw(peer, forwarded_for, found):
    assert client_address(peer, forwarded_for, PROXIES) == found


def test_without_trusted_proxies_no_header_counts():
    assert client_address("127.0.0.1", ["203.0.113.9"], []) == "127.0.0.1"


@pytest.mark.parametrize(
    ("peer", "trusted"), [("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("11.0.0.1", False), ("", False)]
)
def test_who_is_a_proxy_of_ours(peer, trusted):
    assert is_trusted(peer, PROXIES) is trusted
