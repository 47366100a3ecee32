"""Which address a request comes from, when it may have passed proxies of our own.

`X-Forwarded-For` is a list to which every proxy appends the address that it saw. Anybody can send the
beginning of that list, so it is read from its end, and only as far as proxies that we trust wrote it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Networks = Collection[IPv4Network | IPv6Network]

# No chain of proxies is longer; what is beyond was written by somebody who means no good.
_MAX_HOPS = 20


def client_address(peer: str, forwarded_for: Sequence[str], trusted: Networks) -> str:
    """The address of the client.

    PEER is who holds the connection; FORWARDED_FOR are the values of all `X-Forwarded-For` headers in their
    order. They count only when PEER is in TRUSTED, and then up to the first address that is not.
    """
    nearest = _address(peer)
    if nearest is None or not is_in(nearest, trusted):
        return str(nearest or peer)
    hops = [hop.strip() for value in forwarded_for for hop in value.split(",")]
    for hop in reversed(hops[-_MAX_HOPS:]):
        address = _address(hop)
        if address is None:
            break
        nearest = address
        if not is_in(address, trusted):
            break
    return str(nearest)


def is_trusted(peer: str, trusted: Networks) -> bool:
    """Whether PEER, who holds the connection, is one of our proxies."""
    address = _address(peer)
    return address is not None and is_in(address, trusted)


def is_in(address: Address, networks: Networks) -> bool:
    return any(address.version == network.version and address in network for network in networks)


@lru_cache(maxsize=4096)
def _address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # A socket for both families shows IPv4 addresses in IPv6's clothes.
    return getattr(address, "ipv4_mapped", None) or address
