"""Rackspace's identity service: version 2.0 of Keystone's, with an API key in place of a password.

The exchange is documented at
https://docs.rackspace.com/reference/annotated-authentication-request-and-response.
"""

from __future__ import annotations

from keystoneauth1.identity import v2


class RackspaceApiKey(v2.Auth):
    """Signs in with a user name and an API key; the answer's catalog has Cloud Files as `object-store`."""

    def __init__(self, auth_url: str, username: str, api_key: str) -> None:
        super().__init__(auth_url)
        self._username = username
        self._api_key = api_key

    def get_auth_data(self, headers: object = None) -> dict[str, object]:  # noqa: ARG002 - the base class's
        """The body's `auth` member."""
        return {"RAX-KSKEY:apiKeyCredentials": {"username": self._username, "apiKey": self._api_key}}

    def get_cache_id_elements(self) -> dict[str, str | None]:
        """What tells this sign-in from others in a cache of tokens; never the key."""
        return {"username": self._username}
