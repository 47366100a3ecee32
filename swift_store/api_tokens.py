"""Tokens for programs: `du_<id>_<secret>`. We keep the SHA-256 only: who reads our records can't use them.

The secret has 256 random bits, so a plain hash is as good as a slow one: there is nothing to guess.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from swift_store.names import is_owner

PREFIX = "tokens/"
ID_BYTES, SECRET_BYTES = 8, 32

_TOKEN = re.compile(r"du_([0-9a-f]{16})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class ApiToken:
    """What we know of a token. Times in Unix seconds; `expires_at` None: until it is revoked."""

    id: str
    name: str
    owner: str = field(repr=False)
    digest: str = field(repr=False)
    created_at: int
    expires_at: int | None

    def is_valid(self, text: str, *, now: float) -> bool:
        """Whether TEXT is this token, and its time is not over. A wrong one takes as long as a right one."""
        fits = hmac.compare_digest(_digest(text).encode(), self.digest.encode())
        return fits and (self.expires_at is None or now < self.expires_at)

    def record(self) -> dict[str, Any]:
        """The form in which it is kept."""
        return asdict(self)


def new_token(
    name: str, owner: str, *, now: float, lifetime: int | None, randomness: bytes
) -> tuple[str, ApiToken]:
    """Make a token for OWNER from 40 random bytes: its text, which is shown once, and what we keep."""
    token_id = randomness[:ID_BYTES].hex()
    secret = base64.urlsafe_b64encode(randomness[ID_BYTES:]).decode().rstrip("=")
    text = f"du_{token_id}_{secret}"
    expires_at = None if lifetime is None else int(now) + lifetime
    return text, ApiToken(token_id, name, owner, _digest(text), int(now), expires_at)


def token_id(text: str) -> str | None:
    """The id in a token's text; None when it does not look like one of ours."""
    match = _TOKEN.fullmatch(text)
    return match[1] if match else None


def from_record(record: Mapping[str, Any]) -> ApiToken | None:
    """The opposite of `ApiToken.record`; None when it is damaged."""
    try:
        token = ApiToken(**record)
    except TypeError:
        return None
    return token if is_owner(token.owner) else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
