"""Signed JSON messages to an address that the operator chose."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from direct_upload.core.post import NotDelivered
from swift_store import webhook_signing

_MAX_ANSWER_BYTES = 65536
_CONNECTIONS = 16
_USER_AGENT = "direct-upload"


class SignedPost:
    """Sends to one address, over at most 16 connections. `now` gives Unix seconds."""

    def __init__(self, url: str, secret: str, *, seconds: float, now: Callable[[], float]) -> None:
        self._url = url
        self._secret = secret
        self._seconds = seconds
        self._now = now

    async def send(self, message_id: str, body: bytes) -> bytes:
        """Send BODY and return the body of the answer, which is a 2xx. Raises `NotDelivered`."""
        headers = webhook_signing.sign(self._secret, message_id, body, now=self._now())
        request = HTTPRequest(
            self._url,
            method="POST",
            headers={**headers, "Content-Type": "application/json"},
            body=body,
            connect_timeout=self._seconds,
            request_timeout=self._seconds,
            follow_redirects=False,
            user_agent=_USER_AGENT,
        )
        try:
            return (await self._client.fetch(request)).body
        except HTTPClientError as error:
            raise NotDelivered(f"it answered {error.code} {error.message}") from error
        except (OSError, ValueError) as error:
            raise NotDelivered(f"it can't be reached: {type(error).__name__}") from error

    @cached_property
    def _client(self) -> SimpleAsyncHTTPClient:
        return SimpleAsyncHTTPClient(
            force_instance=True, max_clients=_CONNECTIONS, max_body_size=_MAX_ANSWER_BYTES
        )

    def close(self) -> None:
        self._client.close()
