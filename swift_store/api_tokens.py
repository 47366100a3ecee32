"""Tokens for programs: `du_<id>_<secret>`. We keep the SHA-256 only: who reads our records can't use them.

The secret has 264 random bits, so a plain hash is as good as a slow one: there is nothing to guess.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from swift_store.marks import contents_of, marked
from swift_store.names import is_owner

PREFIX = "tokens/"
# With its mark, a secret fills its letters exactly, so that there is one spelling.
ID_BYTES, SECRET_BYTES = 8, 33

_TOKEN = re.compile(r"du_([0-9a-f]{16})_([A-Za-z0-9_-]{52})")
_PURPOSE = "token"


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


def new_token(  # noqa: PLR0913 - a token joins what several know
    name: str, owner: str, *, now: float, lifetime: int | None, randomness: bytes, key: bytes
) -> tuple[str, ApiToken]:
    """Make a token for OWNER from 41 random bytes: its text, which is shown once, and what we keep.

    KEY is the owners'.
    """
    token_id = randomness[:ID_BYTES].hex()
    secret = marked(key, _PURPOSE, randomness)[ID_BYTES:]
    text = f"du_{token_id}_{base64.urlsafe_b64encode(secret).decode()}"
    expires_at = None if lifetime is None else int(now) + lifetime
    return text, ApiToken(token_id, name, owner, _digest(text), int(now), expires_at)


def token_id(text: str, key: bytes) -> str | None:
    """The id in a token's text; None when we made no such token."""
    match = _TOKEN.fullmatch(text)
    if match is None:
        return None
    contents = bytes.fromhex(match[1]) + base64.urlsafe_b64decode(match[2])
    return match[1] if contents_of(key, _PURPOSE, contents) is not None else None


def from_record(record: Mapping[str, Any]) -> ApiToken | None:
    """The opposite of `ApiToken.record`; None when it is damaged."""
    try:
        token = ApiToken(**record)
    except TypeError:
        return None
    return token if is_owner(token.owner) else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
