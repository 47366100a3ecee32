"""Who somebody is: the same signed cookie as on the direct site, so that both share one list of files."""

from __future__ import annotations

import secrets as random

from swift_store import tickets
from swift_store.keys import Secrets


class AnonymousBrowser:
    """Each browser is an owner of its own, by a signed cookie that scripts can't read."""

    def __init__(self, secrets: Secrets, *, over_https: bool) -> None:
        self._secrets = secrets
        self._secure = over_https
        self.cookie = tickets.owner_cookie(over_https=over_https)

    def owner_of(self, cookie: str | None) -> str:
        """The owner that the cookie names, or a new one."""
        return tickets.owner_or_new(cookie, self._secrets, random.token_bytes)

    def set_cookie(self, owner: str) -> str:
        """The value of `Set-Cookie` for this owner."""
        secure = "; Secure" if self._secure else ""
        value = tickets.seal_owner(owner, self._secrets)
        lifetime = f"Max-Age={tickets.OWNER_COOKIE_SECONDS}"
        return f"{self.cookie}={value}; {lifetime}; Path=/; HttpOnly; SameSite=Lax{secure}"
