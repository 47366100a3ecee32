"""Whose a file is, as its name in Swift says it: 128 bits that show no user name and can't be guessed.

The key is random and lies in Swift, beside what it protects: were it made from the application secret, a new
secret would take everybody's files away.
"""

from __future__ import annotations

import hmac
import json

OWNER_KEY_BYTES = 32
_OWNER_CHARACTERS = 32


def owner_of(key: bytes, kind: str, *parts: str) -> str:
    """The owner that an identity stands for, such as `owner_of(key, "oidc", issuer, subject)`."""
    # JSON keeps the parts apart: ("a", "bc") is somebody else than ("ab", "c").
    message = json.dumps([kind, *parts]).encode()
    return hmac.digest(key, message, "sha256").hex()[:_OWNER_CHARACTERS]
