"""Token buckets that all processes share, in Redis."""

from __future__ import annotations

import logging

from redis.exceptions import RedisError
from throttled.asyncio import RateLimitResult, RedisStore

from direct_upload.throttle import Bucket, throttled

_log = logging.getLogger(__name__)

_SECONDS = 1.0
_OPTIONS = {"SOCKET_TIMEOUT": _SECONDS, "SOCKET_CONNECT_TIMEOUT": _SECONDS}


class SharedBucket(Bucket):
    """While Redis does not answer, this process counts alone."""

    def __init__(self, name: str, limit: int, redis_url: str) -> None:
        super().__init__(name, limit)
        self._shared = throttled(limit, RedisStore(server=redis_url, options=_OPTIONS))
        self._is_away = False

    async def _take(self, key: str) -> RateLimitResult:
        try:
            result = await self._shared.limit(key)
        except (RedisError, OSError) as error:
            if not self._is_away:
                _log.warning("Redis does not answer, counting in this process: %s", type(error).__name__)
            self._is_away = True
            return await super()._take(key)
        self._is_away = False
        return result
