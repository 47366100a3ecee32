"""People who sign in at an OpenID Connect provider, and are remembered by a signed session cookie."""

from __future__ import annotations

import secrets as random
from collections.abc import Callable
from typing import Any

from tornado.web import RequestHandler

from direct_upload.identity import Caller, sessions
from direct_upload.identity.oidc_paths import CALLBACK, SIGN_IN, SIGNED_OUT
from direct_upload.identity.provider import Exchange, OidcProvider
from direct_upload.identity.sessions import BegunSignIn, Session
from direct_upload.own_origin import own_origin
from swift_store.errors import Problem
from swift_store.owners import owner_of
from swift_store.settings import IdentityKind, Settings

_RANDOM_BYTES = 32
_MAX_COOKIE_BYTES = 3800


class SignedIn:
    """Whoever has signed in; everybody else is asked to. `now` gives Unix seconds."""

    kind = IdentityKind.OIDC

    def __init__(
        self,
        settings: Settings,
        provider: OidcProvider,
        owner_key: Callable[[], bytes],
        now: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._provider = provider
        self._owner_key = owner_key
        self._now = now
        prefix = "__Host-" if settings.over_https else ""
        self._session_cookie = f"{prefix}direct-upload-session"
        self._sign_in_cookie = f"{prefix}direct-upload-sign-in"

    def caller_of(self, handler: RequestHandler) -> Caller:
        session = self.session_of(handler)
        if session is None:
            raise Problem("sign-in-needed", "Sign in first, or again.", sign_in_url=SIGN_IN)
        renewed = session.renewed(self._now(), self._settings.session_lifetime)
        if renewed is not session:
            self._keep(handler, renewed)
        owner = owner_of(self._owner_key(), self.kind.value, session.issuer, session.subject)
        return Caller(owner, session.name)

    def session_of(self, handler: RequestHandler) -> Session | None:
        """The session that the browser shows, while it lasts."""
        cookie = handler.get_cookie(self._session_cookie)
        session = sessions.unseal(Session, cookie, self._settings.secrets, now=self._now())
        return session if session is not None and session.issuer == self._provider.issuer else None

    async def begin(self, handler: RequestHandler, next_path: str) -> str:
        """Begin a sign-in in this browser; return where to send it."""
        begun = sessions.begin(next_path, lambda: random.token_urlsafe(_RANDOM_BYTES), now=self._now())
        url = await self._provider.authorization_url(self._exchange(handler, begun))
        sealed = sessions.seal(begun, self._settings.secrets)
        handler.set_cookie(self._sign_in_cookie, sealed, max_age=sessions.SIGN_IN_SECONDS, **self._attributes)
        return url

    async def finish(self, handler: RequestHandler, answer: dict[str, str]) -> str:
        """Take the provider's answer; the browser is signed in. Return the path to go on to."""
        cookie = handler.get_cookie(self._sign_in_cookie)
        handler.clear_cookie(self._sign_in_cookie, **self._attributes)
        begun = sessions.unseal(BegunSignIn, cookie, self._settings.secrets, now=self._now())
        if begun is None:
            detail = "This browser has begun no sign-in, or took longer than ten minutes. Sign in again."
            raise Problem("sign-in-failed", detail)
        person = await self._provider.person(answer, self._exchange(handler, begun))
        # All of it is new: whatever cookie somebody planted here before has no part in it.
        session = sessions.new_session(
            random.token_urlsafe(_RANDOM_BYTES),
            self._provider.issuer,
            person.subject,
            person.name,
            now=self._now(),
            lifetime=self._settings.session_lifetime,
        )
        self._keep(handler, session)
        return begun.next

    async def end(self, handler: RequestHandler) -> str:
        """Sign the browser out; return where it goes on, at the provider where that ends its session too."""
        handler.clear_cookie(self._session_cookie, **self._attributes)
        back = own_origin(handler.request, self._settings.site_origins) + SIGNED_OUT
        return await self._provider.end_session_url(back) or SIGNED_OUT

    def _keep(self, handler: RequestHandler, session: Session) -> None:
        sealed = sessions.seal(session, self._settings.secrets)
        if len(sealed) > _MAX_COOKIE_BYTES:
            raise Problem("sign-in-failed", "The provider's name for you is too long for a cookie.")
        lifetime = session.expires_at - int(self._now())
        handler.set_cookie(self._session_cookie, sealed, max_age=lifetime, **self._attributes)

    def _exchange(self, handler: RequestHandler, begun: BegunSignIn) -> Exchange:
        redirect_uri = own_origin(handler.request, self._settings.site_origins) + CALLBACK
        return Exchange(redirect_uri, begun.state, begun.nonce, begun.verifier)

    @property
    def _attributes(self) -> dict[str, Any]:
        return {"httponly": True, "secure": self._settings.over_https, "samesite": "Lax"}
