"""Every key comes from the application secret, so replicas agree without asking one another.

Secrets are listed oldest to newest, as itsdangerous lists them: the newest signs, all of them verify.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

MIN_SECRET_CHARACTERS = 32
SWIFT_KEYS_PER_CONTAINER = 2

Secrets = Sequence[str]


def tempurl_keys(secrets: Secrets, container: str) -> tuple[bytes, ...]:
    """The container's TempURL keys, oldest to newest: the newest to sign with, both for Swift to accept.

    Swift holds two keys per container, so at most the newest two secrets count.
    """
    return tuple(
        hmac.digest(secret.encode(), f"tempurl-key\n{container}".encode(), "sha256").hex().encode()
        for secret in secrets[-SWIFT_KEYS_PER_CONTAINER:]
    )
