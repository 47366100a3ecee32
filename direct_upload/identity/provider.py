"""The OpenID Connect provider: authorization code flow with PKCE, by Authlib.

Sources: OpenID Connect Core 1.0, Discovery 1.0, RP-Initiated Logout 1.0; RFC 7636 (PKCE), RFC 9207 (`iss` in
the answer), RFC 9700 (best practice).
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from swift_store.errors import Problem
from swift_store.setting_readers import issuer as checked_address

_ANSWER_SECONDS = 10.0
_METADATA_SECONDS = 3600.0
_LEEWAY_SECONDS = 60
# Public keys only: with a shared secret, or with none at all, whoever can ask could also sign.
_ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
)
_RETRY_SECONDS = 5
# What every provider has, and what some have.
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OTHER_ENDPOINTS = ("userinfo_endpoint", "end_session_endpoint")
# The claims that may name a person, best first.
_NAMES = ("name", "preferred_username", "email")


@dataclass(frozen=True)
class Person:
    """Whom the provider vouches for: `subject` never changes and belongs to nobody else at this issuer."""

    subject: str
    name: str


@dataclass(frozen=True)
class Exchange:
    """What one sign-in is made of, from our side."""

    redirect_uri: str
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class OidcProvider:
    """One provider, found by its issuer; its metadata and keys are kept for an hour."""

    def __init__(self, issuer: str, client_id: str, client_secret: str | None, scope: str) -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._scope = scope
        self._metadata: Mapping[str, Any] | None = None
        self._metadata_until = 0.0
        self._keys: KeySet | None = None

    async def authorization_url(self, exchange: Exchange) -> str:
        """Where to send the browser."""
        metadata = await self._discovered()
        async with self._client(metadata, exchange.redirect_uri) as client:
            url, _state = client.create_authorization_url(
                metadata["authorization_endpoint"],
                state=exchange.state,
                nonce=exchange.nonce,
                code_verifier=exchange.verifier,
            )
        return str(url)

    async def person(self, answer: Mapping[str, str], exchange: Exchange) -> Person:
        """Check the provider's answer (the redirect's parameters), and ask for the ID token it stands for.

        Raises `sign-in-failed`, or `sign-in-unavailable` when the provider can't be reached.
        """
        _check_answer(answer, exchange, self.issuer)
        try:
            metadata = await self._discovered()
            async with self._client(metadata, exchange.redirect_uri) as client:
                token = await client.fetch_token(
                    metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=answer["code"],
                    code_verifier=exchange.verifier,
                )
                claims = await self._claims(token, exchange.nonce)
                name = _name_in(claims) or await self._told_name(client, claims["sub"])
        except (httpx2.HTTPError, OSError) as error:
            raise _unavailable() from error
        except (AuthlibBaseError, JoseError, KeyError, ValueError, TypeError) as error:
            raise _failed(f"The provider's answer can't be accepted ({type(error).__name__}).") from error
        return Person(claims["sub"], name or claims["sub"])

    async def end_session_url(self, back: str) -> str | None:
        """Where the browser ends its session at the provider too, and comes BACK from; None without such."""
        try:
            endpoint = (await self._discovered()).get("end_session_endpoint")
        except Problem:
            return None
        parameters = urlencode({"client_id": self._client_id, "post_logout_redirect_uri": back})
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{parameters}" if endpoint else None

    def _client(self, metadata: Mapping[str, Any], redirect_uri: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self._client_id,
            self._client_secret,
            token_endpoint_auth_method=self._authentication(metadata),
            scope=self._scope,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=_ANSWER_SECONDS,
        )

    def _authentication(self, metadata: Mapping[str, Any]) -> str:
        if not self._client_secret:
            return "none"
        offered: Sequence[str] = metadata.get(
            "token_endpoint_auth_methods_supported", ("client_secret_basic",)
        )
        return "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"

    async def _discovered(self) -> Mapping[str, Any]:
        if self._metadata is None or time.monotonic() > self._metadata_until:
            address = self.issuer.rstrip("/") + "/.well-known/openid-configuration"
            self._metadata = _checked_metadata(await _fetch(address), self.issuer)
            self._metadata_until = time.monotonic() + _METADATA_SECONDS
            self._keys = None
        return self._metadata

    async def _claims(self, token: Mapping[str, Any], nonce: str) -> CodeIDToken:
        decoded = await self._decoded(str(token["id_token"]))
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self._client_id},
                "sub": {"essential": True},
                "nonce": {"essential": True, "value": nonce},
            },
            {"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")},
        )
        claims.validate(now=int(time.time()), leeway=_LEEWAY_SECONDS)
        if not isinstance(claims["sub"], str):
            raise TypeError("the subject is no text")
        return claims

    async def _told_name(self, client: AsyncOAuth2Client, subject: str) -> str | None:
        """Many providers tell a name only to those who ask for it."""
        endpoint = (await self._discovered()).get("userinfo_endpoint")
        if not endpoint:
            return None
        told = (await client.get(endpoint)).raise_for_status().json()
        return _name_in(told) if told["sub"] == subject else None

    async def _decoded(self, id_token: str) -> jwt.Token:
        metadata = await self._discovered()
        if self._keys is None:
            self._keys = KeySet.import_key_set(await _fetch(metadata["jwks_uri"]))
        try:
            return jwt.decode(id_token, self._keys, algorithms=_ALGORITHMS)
        except InvalidKeyIdError:
            # The provider has a new key since we asked.
            self._keys = KeySet.import_key_set(await _fetch(metadata["jwks_uri"]))
            return jwt.decode(id_token, self._keys, algorithms=_ALGORITHMS)


def _name_in(claims: Mapping[str, Any]) -> str | None:
    return next((str(claims[name]) for name in _NAMES if claims.get(name)), None)


def _check_answer(answer: Mapping[str, str], exchange: Exchange, issuer: str) -> None:
    if not hmac.compare_digest(answer.get("state", "").encode(), exchange.state.encode()):
        raise _failed("This answer belongs to a sign-in that was not begun in this browser.")
    if answer.get("iss", issuer) != issuer:
        raise _failed("The answer comes from another provider.")
    if "error" in answer or not answer.get("code"):
        raise _failed("The provider did not let you in, or you turned back.")


def _checked_metadata(metadata: Any, issuer: str) -> Mapping[str, Any]:
    """Metadata of this issuer, whose addresses we may send secrets and browsers to."""
    try:
        is_its_own = metadata["issuer"] == issuer
        for name in (*_ENDPOINTS, *(name for name in _OTHER_ENDPOINTS if metadata.get(name))):
            checked_address(metadata[name].split("?")[0])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unavailable() from error
    if not is_its_own:
        raise _unavailable()
    return cast(Mapping[str, Any], metadata)


async def _fetch(address: str) -> Any:
    try:
        async with httpx2.AsyncClient(timeout=_ANSWER_SECONDS) as client:
            answer = await client.get(address)
            answer.raise_for_status()
            return answer.json()
    except (httpx2.HTTPError, OSError, ValueError) as error:
        raise _unavailable() from error


def _failed(reason: str) -> Problem:
    return Problem("sign-in-failed", f"{reason} Sign in again.")


def _unavailable() -> Problem:
    detail = "The sign-in provider can't be reached right now, or answers in a way that can't be trusted."
    return Problem("sign-in-unavailable", detail, retry_after=_RETRY_SECONDS)
