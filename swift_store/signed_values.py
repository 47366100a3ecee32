"""Values that a client holds for us: readable by every replica with the secret, changeable by nobody.

Nothing in them is secret; the signature makes them ours. Each purpose has a signature of its own, so that a
ticket is no cookie and a cookie no ticket.
"""

from __future__ import annotations

import functools
import hmac
import json
from typing import Any

from itsdangerous import Signer, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.signer import SigningAlgorithm

from swift_store.keys import Secrets

_DIGEST = "sha256"


class _Sha256(SigningAlgorithm):
    """HMAC in a single call, which takes a third of the time of itsdangerous' own."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, _DIGEST)


class _OneSpelling(Signer):
    """Base64 can write the same signature in several ways; only ours counts."""

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        key = self.secret_keys[-1] if secret_key is None else secret_key
        return _derived(key, self.salt)

    def verify_signature(self, value: str | bytes, sig: str | bytes) -> bool:
        return super().verify_signature(value, sig) and base64_encode(base64_decode(sig)) == sig


class _Compact:
    """JSON without blanks, and without escapes for what is not ASCII."""

    dumps = staticmethod(json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode)
    loads = staticmethod(json.loads)


class _Values(URLSafeSerializer):
    """Compresses nothing: our values are short, and zlib takes longer than all the rest."""

    def dump_payload(self, obj: Any) -> bytes:
        return base64_encode(_Compact.dumps(obj))


def serializer(secrets: Secrets, purpose: str) -> URLSafeSerializer:
    """Signs with the newest secret, and reads what any of them signed (`itsdangerous.BadData` otherwise)."""
    return _serializer(tuple(secrets), purpose)


# Making one costs more than signing with it.
@functools.lru_cache(maxsize=64)
def _serializer(secrets: tuple[str, ...], purpose: str) -> URLSafeSerializer:
    return _Values(
        list(secrets),
        serializer=_Compact,
        signer=_OneSpelling,
        salt=f"direct-upload/{purpose}",
        signer_kwargs={"algorithm": _Sha256()},
    )


@functools.lru_cache(maxsize=256)
def _derived(secret_key: str | bytes, salt: bytes) -> bytes:
    key = secret_key.encode() if isinstance(secret_key, str) else secret_key
    return hmac.digest(key, salt, _DIGEST)
