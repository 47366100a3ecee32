"""Tokens that are renewed before they end, and used until then when no new one is to be had."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, Any

import requests
from swiftclient.client import http_connection
from swiftclient.exceptions import ClientException

from swift_store.observed_connection import ObservedConnection
from swift_store.observer import SwiftObserver

if TYPE_CHECKING:
    from keystoneauth1.session import Session

# As keystoneauth has it.
_EARLY_SECONDS = 120
_AGAIN_SECONDS = 10
_MAX_ANSWER_BYTES = 65536


class SharedTokens:
    """The token of a session of keystoneauth, for many connections.

    The session renews it two minutes before it ends. When that fails, or somebody else is about it, the old
    one serves. `failures` are what the session raises.
    """

    def __init__(self, session: Session, failures: tuple[type[Exception], ...]) -> None:
        self._session = session
        self._failures = failures
        self._renewing = threading.Lock()
        self._again_at = -math.inf

    def current(self) -> str | None:
        """A token that has not ended; raises one of `failures` when there is none."""
        usable = self._usable()
        if usable is None:
            return self._session.get_token()
        if time.monotonic() < self._again_at or not self._renewing.acquire(blocking=False):
            return usable
        try:
            return self._session.get_token()
        except self._failures:
            self._again_at = time.monotonic() + _AGAIN_SECONDS
            return usable
        finally:
            self._renewing.release()

    def _usable(self) -> str | None:
        # Plugins that sign in once and for all have none.
        access = getattr(self._session.auth, "auth_ref", None)
        return None if access is None or access.will_expire_soon(0) else access.auth_token


class V1Connection(ObservedConnection):
    """Signs in by version 1 as swiftclient does, and heeds when the token ends, which that passes over."""

    def __init__(
        self, observer: SwiftObserver, sign_in_timeout: tuple[float, float], **arguments: Any
    ) -> None:
        super().__init__(observer, **arguments)
        self._sign_in_timeout = sign_in_timeout
        self._renew_at = math.inf

    def get_auth(self) -> tuple[str, str]:
        """Sign in; the storage URL and the token."""
        address, http = http_connection(self.authurl, timeout=self._sign_in_timeout)
        http.request("GET", address.path, "", {"X-Auth-User": self.user, "X-Auth-Key": self.key})
        answer = http.getresponse()
        body = answer.read(_MAX_ANSWER_BYTES)
        answer.close()
        http.close()
        url = answer.getheader("x-storage-url")
        if not answer.ok or not url:
            raise ClientException.from_response(answer, "Auth GET failed", body)
        self._renew_at = time.monotonic() + renewed_after(answer.getheader("x-auth-token-expires"))
        self.url = url
        self.token = answer.getheader("x-storage-token", answer.getheader("x-auth-token"))
        return self.url, self.token

    def freshen(self) -> None:
        """Sign in anew when the token ends soon; when that fails, go on with it."""
        if time.monotonic() < self._renew_at:
            return
        try:
            self.get_auth()
        except (ClientException, requests.RequestException, OSError):
            self._renew_at = time.monotonic() + _AGAIN_SECONDS
        else:
            self.close()


def renewed_after(told: str | None) -> float:
    """After how many seconds to renew a token that lives as long as TOLD, `X-Auth-Token-Expires`.

    A server may give the same token again until it ends, so the less is left, the sooner it is asked again.
    """
    left = int(told) if told is not None and told.isdecimal() else math.inf
    return left - min(_EARLY_SECONDS, left / 2)
