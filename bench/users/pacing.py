"""A client's line: bytes may leave no faster than it carries them."""

import time
from collections.abc import Callable, Iterable, Iterator

_BURST_SECONDS = 0.05
_MIN_CHUNK = 4096
_MAX_CHUNK = 256 * 1024


class TokenBucket:
    """How long each chunk has to wait so that `bytes_per_second` is kept on average; a pure calculation.

    A sender that was held up elsewhere may catch up by `burst` bytes at most, as a line would let it.
    """

    def __init__(self, bytes_per_second: float, burst: float, now: float) -> None:
        self._rate = bytes_per_second
        self._burst = burst
        self._tokens = burst
        self._at = now

    def take(self, count: int, now: float) -> float:
        """Take COUNT bytes at the time NOW; return the seconds to wait before they may leave."""
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        self._tokens -= count
        return max(0.0, -self._tokens / self._rate)


class Line:
    """The uplink of one client: `bits_per_second`, or None for one without a limit."""

    def __init__(
        self,
        bits_per_second: float | None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._bucket: TokenBucket | None = None
        self.chunk_bytes = _MAX_CHUNK
        if bits_per_second is not None:
            bytes_per_second = bits_per_second / 8
            burst = min(_MAX_CHUNK, max(_MIN_CHUNK, bytes_per_second * _BURST_SECONDS))
            self.chunk_bytes = int(burst)
            self._bucket = TokenBucket(bytes_per_second, burst, clock())

    @property
    def send_buffer_bytes(self) -> int | None:
        """What the kernel may hold for a client with a slow line; None leaves that to the kernel."""
        return None if self._bucket is None else 2 * self.chunk_bytes

    def paced(self, chunks: Iterable[memoryview]) -> Iterator[memoryview]:
        """The same chunks, each as soon as the line has carried the ones before."""
        for chunk in chunks:
            if self._bucket is not None:
                self._sleep(self._bucket.take(len(chunk), self._clock()))
            yield chunk
