"""What is in a link's address and what is kept of it, without Swift."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swift_store import links
from swift_store.content_types import may_be_shown, stored_type
from swift_store.errors import Problem
from swift_store.links import Link, LinkAddress

ADDRESS = LinkAddress("0123456789abcdef" * 2, "01912345-6789-7abc-8def-0123456789ab", b"s" * 16)
NOW = 1_800_000_000
KEY = b"k" * 32


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_an_address_comes_back(owner, secret):
    address = LinkAddress(owner.hex(), ADDRESS.file_id, secret)
    assert links.parse_address(address.text(KEY), KEY) == address
    assert links.parse_address(address.text(KEY), b"l" * 32) is None


@given(st.text(max_size=70))
def test_nothing_else_is_an_address(text):
    found = links.parse_address(text, KEY)
    assert found is None or found.text(KEY) == text


def test_the_record_s_name_does_not_hold_the_secret():
    assert ADDRESS.secret.hex() not in ADDRESS.record_name
    assert ADDRESS.text(KEY) not in ADDRESS.record_name
    assert links.is_link_id(ADDRESS.id)
    assert ADDRESS.secret.hex() not in repr(ADDRESS)


# When and from where, and whether it opens.
OPENINGS = [
    (None, "203.0.113.9", NOW - 1, True),
    (None, "203.0.113.9", NOW, False),
    ("192.0.2.0/24", "192.0.2.9", NOW - 1, True),
    ("192.0.2.0/24", "192.0.3.9", NOW - 1, False),
    ("192.0.2.0/24", "2001:db8::1", NOW - 1, False),
    ("2001:db8::/32", "2001:db8::1", NOW - 1, True),
    ("192.0.2.0/24", "", NOW - 1, False),
]


@pytest.mark.parametrize(("addresses", "client", "now", "opens"), OPENINGS)
def test_when_and_where_a_link_opens(addresses, client, now, opens):
    assert Link("id", NOW, once=False, addresses=addresses).opens_for(client, now=now) is opens


@pytest.mark.parametrize(
    "text",
    ["192.0.2.1/24", "everybody", "", "192.0.2.0/24\nGET", "::1%eth0", "::1%a\nPUT\n2000000000"],
)
def test_what_is_no_network_is_refused(text):
    with pytest.raises(Problem):
        links.checked_addresses(text)


@pytest.mark.parametrize(
    ("declared", "is_shown"),
    [
        ("image/png", True), ("video/mp4", True), ("audio/ogg", True), ("application/pdf", True),
        ("text/plain", True), ("image/svg+xml", False), ("text/html", False), ("text/xml", False),
        ("text/css", False), ("text/javascript", False), ("application/octet-stream", False),
        ("video/evil+xml", False), ("application/xhtml+xml", False), ("application/zip", False),
    ],
)  # fmt: skip
def test_only_what_can_t_run_is_shown(declared, is_shown):
    assert may_be_shown(stored_type(declared)) is is_shown
