"""Every key comes from the application secret, so replicas agree without asking one another.

Secrets are listed oldest to newest, as itsdangerous lists them: the newest signs, all of them verify.
"""

from __future__ import annotations

import functools
import hmac
import math
from collections import Counter
from collections.abc import Sequence

MIN_SECRET_CHARACTERS = 32
# Of a million random texts of 32 hexadecimal digits the least had 89.2; "password" four times has 88.
_MIN_SECRET_BITS = 88.5
SWIFT_KEYS_PER_CONTAINER = 2
META_NAMES = "temp-url-key", "temp-url-key-2"
"""What both are called behind `x-container-meta-`, or behind `x-account-meta-`."""

Secrets = Sequence[str]


def is_weak(secret: str) -> bool:
    """Whether the secret is too short, or so regular that it was not made at random.

    The bits are Shannon's, over its characters: an upper bound that only the worst secrets fall below.
    """
    counts = Counter(secret).values()
    bits = -sum(count * math.log2(count / len(secret)) for count in counts)
    return len(secret) < MIN_SECRET_CHARACTERS or bits < _MIN_SECRET_BITS


def tempurl_keys(secrets: Secrets, container: str) -> tuple[bytes, ...]:
    """The container's TempURL keys, oldest to newest: the newest to sign with, both for Swift to accept.

    Swift holds two keys per container, so at most the newest two secrets count.
    """
    return _tempurl_keys(tuple(secrets), container)


# Every signature asks for them.
@functools.lru_cache(maxsize=1024)
def _tempurl_keys(secrets: tuple[str, ...], container: str) -> tuple[bytes, ...]:
    return tuple(
        hmac.digest(secret.encode(), f"tempurl-key\n{container}".encode(), "sha256").hex().encode()
        for secret in secrets[-SWIFT_KEYS_PER_CONTAINER:]
    )
