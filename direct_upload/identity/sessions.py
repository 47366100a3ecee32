"""What a browser holds for us about its sign-in: the session, and before that the sign-in that has begun.

Both are signed cookies, so every replica can read them and none has to remember them. The price: a session
that somebody copied can't be called back, it ends by its time. So it is short, and renewed while it is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TypeVar

from itsdangerous import BadData

from swift_store.keys import Secrets
from swift_store.signed_values import serializer

V = TypeVar("V", "Session", "BegunSignIn")

LONGEST_SESSION_SECONDS = 12 * 3600
SIGN_IN_SECONDS = 600
_RENEWAL_SECONDS = 60
_MAX_NAME_CHARACTERS = 100
# Whatever a browser could take for another host, or for two lines of a header, is no path of ours.
_LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


@dataclass(frozen=True)
class Session:
    """Somebody who has signed in. Times in Unix seconds; `id` is new at each sign-in."""

    id: str
    issuer: str
    subject: str
    name: str
    began_at: int
    expires_at: int

    def renewed(self, now: float, lifetime: int) -> Session:
        """The same session from NOW on, but not beyond the longest; itself when it was renewed just now."""
        latest = min(int(now) + lifetime, self.began_at + LONGEST_SESSION_SECONDS)
        return replace(self, expires_at=latest) if latest - self.expires_at >= _RENEWAL_SECONDS else self


@dataclass(frozen=True)
class BegunSignIn:
    """A sign-in that this browser has begun: what the provider's answer must fit, and where to go then."""

    state: str
    nonce: str
    verifier: str
    next: str
    expires_at: int


def new_session(  # noqa: PLR0913 - a session joins what several know
    session_id: str, issuer: str, subject: str, name: str, *, now: float, lifetime: int
) -> Session:
    """A session that begins NOW."""
    began_at = int(now)
    shown = name[:_MAX_NAME_CHARACTERS]
    return Session(
        session_id, issuer, subject, shown, began_at, began_at + min(lifetime, LONGEST_SESSION_SECONDS)
    )


def begin(next_path: str, randomness: Callable[[], str], *, now: float) -> BegunSignIn:
    """A new sign-in; RANDOMNESS gives unguessable texts of at least 43 URL-safe characters."""
    return BegunSignIn(
        state=randomness(),
        nonce=randomness(),
        verifier=randomness(),
        next=local_path(next_path),
        expires_at=int(now) + SIGN_IN_SECONDS,
    )


def seal(value: Session | BegunSignIn, secrets: Secrets) -> str:
    """Sign it for a cookie."""
    return serializer(secrets, type(value).__name__).dumps(asdict(value))


def unseal(kind: type[V], cookie: str | None, secrets: Secrets, *, now: float) -> V | None:
    """What the cookie holds; None when it is not ours, not of this KIND, or over."""
    try:
        value = kind(**serializer(secrets, kind.__name__).loads(cookie or ""))
        is_over = value.expires_at <= now
    except (BadData, TypeError):
        return None
    return None if is_over else value


def local_path(text: str) -> str:
    """TEXT when it is a path on this site, and the site's page otherwise: a link must not lead elsewhere."""
    return text if _LOCAL_PATH.fullmatch(text) else "/"
