"""Who somebody is: the one seam where a site's own sign-in comes in."""

from __future__ import annotations

import secrets as random
from typing import Protocol

from tornado.web import RequestHandler

from swift_store import tickets
from swift_store.keys import Secrets


class Identity(Protocol):
    """Tells the owner of a request."""

    def owner_of(self, handler: RequestHandler) -> str:
        """Return the owner as 32 lower-case hex digits, or raise a `Problem`. May set cookies."""


class AnonymousBrowser:
    """Each browser is an owner of its own, by a signed cookie that scripts can't read."""

    def __init__(self, secrets: Secrets, *, over_https: bool) -> None:
        self._secrets = secrets
        self._secure = over_https
        self._cookie = tickets.owner_cookie(over_https=over_https)

    def owner_of(self, handler: RequestHandler) -> str:
        """Read the owner from the cookie, or make a new one; the answer sets the cookie again."""
        owner = tickets.owner_or_new(handler.get_cookie(self._cookie), self._secrets, random.token_bytes)
        handler.set_cookie(
            self._cookie,
            tickets.seal_owner(owner, self._secrets),
            max_age=tickets.OWNER_COOKIE_SECONDS,
            httponly=True,
            secure=self._secure,
            samesite="Lax",
        )
        return owner
