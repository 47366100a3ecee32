"""Who somebody is: the same signed cookie as on the direct site, so that both share one list of files."""

from __future__ import annotations

import secrets as random

from swift_store import tickets
from swift_store.keys import Secrets

_OWNER_BYTES = 16
# 400 days is the longest that browsers keep a cookie; every visit starts them anew.
_COOKIE_SECONDS = 400 * 86400


class AnonymousBrowser:
    """Each browser is an owner of its own, by a signed cookie that scripts can't read."""

    def __init__(self, secrets: Secrets, *, over_https: bool) -> None:
        self._secrets = secrets
        self._secure = over_https
        self.cookie = tickets.owner_cookie(over_https=over_https)

    def owner_of(self, cookie: str | None) -> str:
        """The owner that the cookie names, or a new one."""
        owner = tickets.open_owner(cookie, self._secrets) if cookie else None
        return owner or random.token_hex(_OWNER_BYTES)

    def set_cookie(self, owner: str) -> str:
        """The value of `Set-Cookie` for this owner."""
        secure = "; Secure" if self._secure else ""
        value = tickets.seal_owner(owner, self._secrets)
        return f"{self.cookie}={value}; Max-Age={_COOKIE_SECONDS}; Path=/; HttpOnly; SameSite=Lax{secure}"
