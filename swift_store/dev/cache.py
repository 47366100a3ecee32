"""Swift's shared cache, kept inside the proxy's process.

Swift keeps tokens and container information in memcached. With a single proxy process a dictionary
serves, and the cluster needs no other daemon. Values go through JSON, as they do on their way to memcached:
nobody can change a cached value in place, and types come back as they would from the real thing.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

MAX_ENTRIES = 10_000


class InProcessCache:
    """The part of `swift.common.memcached.MemcacheRing` that Swift's proxy uses.

    `time` arguments are seconds to live, 0 meaning for ever, and less than that not at all. Over
    `MAX_ENTRIES` the oldest entries go first.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entries: dict[str, tuple[float | None, str]] = {}

    def set(self, key: str, value: Any, serialize: bool = True, time: float = 0, **_: Any) -> None:  # noqa: FBT001, FBT002 - memcached's signature
        del serialize
        self._entries.pop(key, None)
        if time < 0:
            return
        # As MemcacheRing does; keystonemiddleware relies on it.
        text = value.decode() if isinstance(value, bytes) else value
        self._entries[key] = (self._clock() + time if time > 0 else None, json.dumps(text))
        while len(self._entries) > MAX_ENTRIES:
            del self._entries[next(iter(self._entries))]

    def get(self, key: str, **_: Any) -> Any:
        expires_at, value = self._entries.get(key, (None, "null"))
        if expires_at is not None and expires_at <= self._clock():
            del self._entries[key]
            return None
        return json.loads(value)

    def delete(self, key: str, **_: Any) -> None:
        self._entries.pop(key, None)

    def incr(self, key: str, delta: int = 1, time: float = 0) -> int:
        """Add to a counter, which starts at 0 and never falls below it."""
        value = max(0, int(self.get(key) or 0) + int(delta))
        self.set(key, value, time=time)
        return value

    def decr(self, key: str, delta: int = 1, time: float = 0) -> int:
        return self.incr(key, -int(delta), time)

    def set_multi(self, mapping: Mapping[str, Any], server_key: str, time: float = 0, **_: Any) -> None:
        del server_key
        for key, value in mapping.items():
            self.set(key, value, time=time)

    def get_multi(self, keys: Iterable[str], server_key: str) -> list[Any]:
        del server_key
        return [self.get(key) for key in keys]


class CacheFilter:
    """WSGI middleware that puts the cache where Swift looks for it."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app
        self.cache = InProcessCache()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["swift.cache"] = self.cache
        return self.app(environ, start_response)


def filter_factory(_global_conf: Mapping[str, str], **_local_conf: str) -> type[CacheFilter]:
    """PasteDeploy's entry: `paste.filter_factory = swift_store.dev.cache:filter_factory`."""
    return CacheFilter
