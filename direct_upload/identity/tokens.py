"""Programs that show an API token in `Authorization: Bearer`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from direct_upload.identity import Caller
from direct_upload.recent import Recent
from swift_store import api_tokens
from swift_store.api_tokens import ApiToken
from swift_store.errors import Problem
from swift_store.private_store import Record

# A revoked token works for so long at most.
KEPT_SECONDS = 10.0

Read = Callable[[str], Awaitable[Record | None]]


def bearer_token(authorization: str | None) -> str | None:
    """The token in an `Authorization` header; None when it holds something else, or nothing."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


class TokenBook:
    """The tokens that are valid now. READ reads a private record by name; `now` gives Unix seconds.

    KEY gives the owners' key: by it a token that we never made is refused without a look at the records.
    """

    def __init__(self, read: Read, key: Callable[[], bytes], now: Callable[[], float]) -> None:
        self._read = read
        self._key = key
        self._now = now
        self._found = Recent(self._find, seconds=KEPT_SECONDS, clock=now)

    async def caller_of(self, text: str) -> Caller:
        """Whoever the token stands for; `invalid-token` when there is no such token."""
        token_id = api_tokens.token_id(text, self._key())
        token = None if token_id is None else await self._found.get(token_id)
        if token is None or not token.is_valid(text, now=self._now()):
            raise Problem("invalid-token", "There is no such token, or it was revoked, or its time is over.")
        return Caller(token.owner, token.name)

    async def _find(self, token_id: str) -> ApiToken | None:
        record = await self._read(api_tokens.PREFIX + token_id)
        return None if record is None else api_tokens.from_record(record)
