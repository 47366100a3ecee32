"""Each browser is an owner of its own."""

from __future__ import annotations

import secrets as random

from tornado.web import RequestHandler

from direct_upload.identity import Caller
from swift_store import tickets
from swift_store.keys import Secrets
from swift_store.settings import IdentityKind


class AnonymousBrowser:
    """Each browser is an owner of its own, by a signed cookie that scripts can't read."""

    kind = IdentityKind.ANONYMOUS

    def __init__(self, secrets: Secrets, *, over_https: bool) -> None:
        self._secrets = secrets
        self._secure = over_https
        self._cookie = tickets.owner_cookie(over_https=over_https)

    def caller_of(self, handler: RequestHandler) -> Caller:
        """Read the owner from the cookie, or make a new one.

        The cookie of somebody who only looks is set again, so that its time starts anew; that of somebody
        who uploads was set a moment ago, unless it is of a secret that will be dropped.
        """
        cookie = handler.get_cookie(self._cookie)
        owner = tickets.open_owner(cookie, self._secrets) if cookie else None
        owner = owner or tickets.new_owner(random.token_bytes)
        sealed = tickets.seal_owner(owner, self._secrets)
        if cookie != sealed or handler.request.method == "GET":
            self._set_cookie(handler, sealed)
        return Caller(owner)

    def _set_cookie(self, handler: RequestHandler, sealed: str) -> None:
        handler.set_cookie(
            self._cookie,
            sealed,
            max_age=tickets.OWNER_COOKIE_SECONDS,
            httponly=True,
            secure=self._secure,
            samesite="Lax",
        )
