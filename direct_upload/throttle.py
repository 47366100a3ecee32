"""How many uploads may be created in a minute: a token bucket for each owner and for each address."""

from __future__ import annotations

import math
from ipaddress import IPv6Address, ip_address, ip_network

from throttled.asyncio import (
    BaseStore,
    MemoryStore,
    RateLimiterType,
    RateLimitResult,
    Throttled,
    per_min,
)

from swift_store.errors import Problem

_BUCKETS_IN_MEMORY = 100_000
# Whoever has one IPv6 address has all of its network.
_IPV6_NETWORK_BITS = 64


class Bucket:
    """Lets `limit` through in a minute for each key; a key that waited a minute may take as many at once."""

    def __init__(self, name: str, limit: int) -> None:
        self._name = name
        self._limit = limit
        self._throttled = throttled(limit, MemoryStore(options={"MAX_SIZE": _BUCKETS_IN_MEMORY}))

    async def take(self, key: str) -> None:
        """Take one from the key's bucket; raise `too-many-requests` when it is empty."""
        result = await self._take(f"{self._name}:{key}")
        if result.limited:
            raise Problem(
                "too-many-requests",
                f"At most {self._limit} uploads may be begun in a minute. Wait a moment.",
                retry_after=max(1, math.ceil(result.state.retry_after)),
                limit=self._limit,
                used=self._limit - result.state.remaining,
            )

    async def _take(self, key: str) -> RateLimitResult:
        return await self._throttled.limit(key)


def throttled(limit: int, store: BaseStore) -> Throttled:
    """A token bucket of LIMIT a minute (by the generic cell rate algorithm, which needs no refilling)."""
    return Throttled(
        using=RateLimiterType.GCRA.value,
        quota=per_min(limit, burst=limit),
        store=store,
        key_prefix="direct-upload",
    )


def address_key(address: str) -> str:
    """Whose bucket a request from ADDRESS takes from."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(ip_network(f"{parsed.exploded}/{_IPV6_NETWORK_BITS}", strict=False))
    return address
