"""Token buckets that all processes share, in Redis."""

from __future__ import annotations

import logging
import time

from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from throttled.asyncio import RateLimitResult, RedisStore
from throttled.exceptions import StoreUnavailableError

from direct_upload.throttle import Bucket, throttled

_log = logging.getLogger(__name__)

_SECONDS = 1.0
_LEAVE_ALONE_SECONDS = 5.0


class SharedBucket(Bucket):
    """While Redis does not answer, this process counts alone, and asks again after some seconds."""

    def __init__(self, name: str, limit: int, redis_url: str) -> None:
        super().__init__(name, limit)
        self._shared = throttled(limit, _store(redis_url))
        self._away_until = 0.0

    async def _take(self, key: str) -> RateLimitResult:
        if time.monotonic() >= self._away_until:
            try:
                return await self._shared.limit(key)
            except StoreUnavailableError as error:
                self._away_until = time.monotonic() + _LEAVE_ALONE_SECONDS
                _log.warning("Redis does not answer, counting alone: %s", type(error.__cause__).__name__)
        return await super()._take(key)


def _store(url: str) -> RedisStore:
    return RedisStore(
        server=url,
        options={
            "SOCKET_TIMEOUT": _SECONDS,
            "SOCKET_CONNECT_TIMEOUT": _SECONDS,
            # An upload does not wait for several attempts; the next one may be luckier.
            "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 0)},
        },
    )
