"""Programs that show an API token in `Authorization: Bearer`."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from direct_upload.identity import Caller
from swift_store import api_tokens
from swift_store.api_tokens import ApiToken
from swift_store.errors import Problem
from swift_store.private_store import Record

# A revoked token works for so long at most.
KEPT_SECONDS = 10.0
_KEPT_TOKENS = 1024
# Somebody who tries out tokens must not take the connections to Swift from everybody else.
_READS_AT_A_TIME = 2

Read = Callable[[str], Awaitable[Record | None]]


def bearer_token(authorization: str | None) -> str | None:
    """The token in an `Authorization` header; None when it holds something else, or nothing."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


class TokenBook:
    """The tokens that are valid now. READ reads a private record by name; `now` gives Unix seconds."""

    def __init__(self, read: Read, now: Callable[[], float]) -> None:
        self._read = read
        self._now = now
        self._known: OrderedDict[str, tuple[ApiToken | None, float]] = OrderedDict()
        self._turns = asyncio.Semaphore(_READS_AT_A_TIME)

    async def caller_of(self, text: str) -> Caller:
        """Whoever the token stands for; `invalid-token` when there is no such token."""
        token_id = api_tokens.token_id(text)
        token = None if token_id is None else await self._find(token_id)
        if token is None or not token.is_valid(text, now=self._now()):
            raise Problem("invalid-token", "There is no such token, or it was revoked, or its time is over.")
        return Caller(token.owner, token.name)

    async def _find(self, token_id: str) -> ApiToken | None:
        token, until = self._known.get(token_id, (None, 0.0))
        if self._now() < until:
            return token
        async with self._turns:
            record = await self._read(api_tokens.PREFIX + token_id)
        token = None if record is None else api_tokens.from_record(record)
        self._known[token_id] = (token, self._now() + KEPT_SECONDS)
        self._known.move_to_end(token_id)
        if len(self._known) > _KEPT_TOKENS:
            self._known.popitem(last=False)
        return token
