"""Values that a client holds for us: readable by every replica with the secret, changeable by nobody.

Nothing in them is secret; the signature makes them ours. Each purpose has a signature of its own, so that a
ticket is no cookie and a cookie no ticket.
"""

from __future__ import annotations

import functools
import hashlib

from itsdangerous import Signer, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from swift_store.keys import Secrets


class _OneSpelling(Signer):
    """Base64 can write the same signature in several ways; only ours counts."""

    def verify_signature(self, value: str | bytes, sig: str | bytes) -> bool:
        return super().verify_signature(value, sig) and base64_encode(base64_decode(sig)) == sig


def serializer(secrets: Secrets, purpose: str) -> URLSafeSerializer:
    """Signs with the newest secret, and reads what any of them signed (`itsdangerous.BadData` otherwise)."""
    return _serializer(tuple(secrets), purpose)


# Making one costs more than signing with it.
@functools.lru_cache(maxsize=64)
def _serializer(secrets: tuple[str, ...], purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        list(secrets),
        signer=_OneSpelling,
        salt=f"direct-upload/{purpose}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        serializer_kwargs={"ensure_ascii": False, "separators": (",", ":")},
    )
