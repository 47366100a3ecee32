"""Signing in to Swift: connections with a token that is renewed before it expires.

Version 1 is one request to Swift itself. All else goes through keystoneauth, through which any identity
service with a catalog can be reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from swiftclient import Connection

from swift_store.credentials import Method, SwiftCredentials
from swift_store.declarations import ConfigurationError
from swift_store.errors import SwiftRefused, SwiftUnavailable, is_refusal
from swift_store.observed_connection import ObservedConnection
from swift_store.observer import SwiftObserver
from swift_store.renewal import SharedTokens, V1Connection

if TYPE_CHECKING:
    from keystoneauth1.session import Session

_SERVICE = "object-store"
_RETRY_AFTER_SECONDS = 0.2
_NOT_FOUND = 404
IDENTITY_SECONDS = 15.0
"""The longest wait for a token, however patient the requests with it are."""


class SignInNotPossible(ConfigurationError):
    """What this way of signing in needs is not installed, or badly configured; the message says what."""


class SharedSession:
    """keystoneauth's session, which many connections share, as one of them sees it.

    swiftclient asks it for tokens, and after a 401 to forget the one that it gave and to say whether there
    may be another.
    """

    def __init__(self, session: Session, tokens: SharedTokens) -> None:
        self._session = session
        self._tokens = tokens
        self._given: str | None = None

    def get_endpoint(self, **wanted: Any) -> str | None:
        return self._session.get_endpoint(**wanted)

    def get_token(self) -> str | None:
        self._given = self._tokens.current()
        return self._given

    def invalidate(self) -> bool:
        # When another connection has met the same 401 and has a new token already, that one is to be kept.
        if self._tokens.current() == self._given:
            self._session.invalidate()
        return True


def check(credentials: SwiftCredentials) -> None:
    """Raise `SignInNotPossible` where that can be told without asking anybody."""
    if credentials.method is not Method.V1:
        _keystone_session(credentials, timeout=0)


class SignIn:
    """One way of signing in, shared by many connections. `timeout` is (connect, read) in seconds."""

    failures: tuple[type[Exception], ...] = ()
    """What requests over its connections may raise besides swiftclient's own errors; see `translated`."""

    def __init__(
        self, credentials: SwiftCredentials, timeout: tuple[float, float], observer: SwiftObserver
    ) -> None:
        self._credentials = credentials
        self._observer = observer
        self._identity_timeout = (timeout[0], min(timeout[1], IDENTITY_SECONDS))
        self._arguments: dict[str, Any] = {
            "retries": 1,
            "starting_backoff": _RETRY_AFTER_SECONDS,
            "timeout": timeout,
        }
        self._session: Session | None = None
        if credentials.method is Method.V1:
            self._arguments |= {**dict(credentials.options), "auth_version": "1"}
        else:
            self._session, endpoint = _keystone_session(credentials, self._identity_timeout[1])
            self._arguments |= endpoint
            self.failures = _identity_failures()
            self._tokens = SharedTokens(self._session, self.failures)

    def connection(self) -> Connection:
        """A new connection. It signs in when it is used first."""
        if self._session is None:
            return V1Connection(self._observer, self._identity_timeout, **self._arguments)
        session = SharedSession(self._session, self._tokens)
        return ObservedConnection(self._observer, session=session, **self._arguments)

    def freshen(self, connection: Connection) -> None:
        """Give CONNECTION a token that does not end in the middle of the next request."""
        if self._session is None:
            connection.freshen()
        else:
            connection.token = connection.session.get_token()

    def translated(self, error: Exception) -> SwiftUnavailable | SwiftRefused:
        """One of `failures` as an error of Swift's: refused where the identity service said no."""
        from keystoneauth1.exceptions import CatalogException  # noqa: PLC0415 - of an optional extra

        if isinstance(error, CatalogException):
            return SwiftRefused(self._no_endpoint(), _NOT_FOUND, b"")
        status = getattr(error, "http_status", None)
        if status is not None and is_refusal(status):
            return SwiftRefused(f"the identity service answered {status}", status, b"")
        return SwiftUnavailable(f"the identity service can't be used: {type(error).__name__}")

    def _no_endpoint(self) -> str:
        where = f" in the region {self._credentials.region}" if self._credentials.region else ""
        return (
            f"the identity service's catalog has no {self._credentials.interface} {_SERVICE} endpoint{where}"
        )


def _keystone_session(credentials: SwiftCredentials, timeout: float) -> tuple[Session, dict[str, Any]]:
    try:
        if credentials.method is Method.CLOUD:
            return _cloud_session(credentials, timeout)
        return _plugin_session(credentials, timeout)
    except ImportError as error:
        raise SignInNotPossible(
            f"signing in with {credentials.method.value} needs packages that are not installed:"
            " pip install 'direct-upload[openstack]'"
        ) from error


def _identity_failures() -> tuple[type[Exception], ...]:
    from keystoneauth1.exceptions import ClientException  # noqa: PLC0415 - of an optional extra

    return (ClientException,)


def _plugin_session(credentials: SwiftCredentials, timeout: float) -> tuple[Session, dict[str, Any]]:
    from keystoneauth1 import loading, session  # noqa: PLC0415 - of an optional extra
    from keystoneauth1.exceptions import ClientException  # noqa: PLC0415 - the same

    from swift_store.rackspace import RackspaceApiKey  # noqa: PLC0415 - of an optional extra

    options = dict(credentials.options)
    if credentials.method is Method.RACKSPACE:
        plugin: Any = RackspaceApiKey(**options)
    else:
        try:
            plugin = loading.get_plugin_loader(credentials.method.value).load_from_options(**options)
        except ClientException as error:
            raise SignInNotPossible(f"can't sign in with these OS_ variables: {error}") from error
    endpoint = {"region_name": credentials.region, "endpoint_type": credentials.interface}
    return _session(session.Session(plugin, verify=credentials.cacert or True, timeout=timeout), endpoint)


def _cloud_session(credentials: SwiftCredentials, timeout: float) -> tuple[Session, dict[str, Any]]:
    from keystoneauth1.exceptions import ClientException  # noqa: PLC0415 - of an optional extra
    from openstack.config import OpenStackConfig  # noqa: PLC0415 - the same
    from openstack.exceptions import SDKException  # noqa: PLC0415 - the same

    name = dict(credentials.options)["cloud"]
    try:
        cloud = OpenStackConfig().get_one(name, region_name=credentials.region or None)
        session = cloud.get_session()
    except (ClientException, SDKException) as error:
        raise SignInNotPossible(f"can't sign in as OS_CLOUD={name} says: {error}") from error
    session.timeout = timeout
    endpoint = {
        "region_name": cloud.get_region_name(_SERVICE),
        "endpoint_type": cloud.get_interface(_SERVICE) or credentials.interface,
    }
    return _session(session, endpoint)


def _session(session: Session, endpoint: dict[str, Any]) -> tuple[Session, dict[str, Any]]:
    cacert = session.verify if isinstance(session.verify, str) else None
    return session, {"os_options": endpoint, "cacert": cacert, "insecure": session.verify is False}
