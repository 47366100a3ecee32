"""How our servers sign in to Swift, read from the variables that the clusters' own tools read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class IncompleteCredentials(ValueError):
    """Some variables for a way of signing in are set, others are missing or name what is not offered."""


class Method(StrEnum):
    """The ways of signing in."""

    V1 = "v1"
    PASSWORD = "v3password"  # noqa: S105 - keystoneauth's name for it
    APPLICATION_CREDENTIAL = "v3applicationcredential"
    CLOUD = "clouds.yaml"
    RACKSPACE = "rackspace"


@dataclass(frozen=True)
class SwiftCredentials:
    """A way of signing in, and what it needs.

    `options` are those of the method: swiftclient's for v1, the keystoneauth plugin's for Keystone, the name
    of the cloud, Rackspace's user name and API key. `region` and `interface` choose among the endpoints of a
    catalog, and `cacert` names a file of certificates to trust.
    """

    method: Method
    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    region: str | None = None
    interface: str = "public"
    cacert: str | None = None


_V1 = {"ST_AUTH": "authurl", "ST_USER": "user", "ST_KEY": "key"}
_RACKSPACE = {"RS_USERNAME": "username", "RS_API_KEY": "api_key"}
RACKSPACE_IDENTITY = "https://identity.api.rackspacecloud.com/v2.0"
# Any of these says that Keystone is meant; the other variables occur beside other ways of signing in too.
_KEYSTONE_SIGNS = ("OS_AUTH_URL", "OS_PASSWORD", "OS_APPLICATION_CREDENTIAL_SECRET")
_KEYSTONE_OPTIONS = {
    "OS_AUTH_URL": "auth_url",
    "OS_USERNAME": "username",
    "OS_USER_ID": "user_id",
    "OS_PASSWORD": "password",
    "OS_PROJECT_NAME": "project_name",
    "OS_PROJECT_ID": "project_id",
    "OS_PROJECT_DOMAIN_NAME": "project_domain_name",
    "OS_PROJECT_DOMAIN_ID": "project_domain_id",
    "OS_USER_DOMAIN_NAME": "user_domain_name",
    "OS_USER_DOMAIN_ID": "user_domain_id",
}
_KEYSTONE_METHODS = {
    "password": Method.PASSWORD,
    "v3password": Method.PASSWORD,
    "v3applicationcredential": Method.APPLICATION_CREDENTIAL,
}
_APPLICATION_OPTIONS = {
    "OS_AUTH_URL": "auth_url",
    "OS_APPLICATION_CREDENTIAL_ID": "application_credential_id",
    "OS_APPLICATION_CREDENTIAL_SECRET": "application_credential_secret",
}


def credentials_from(environ: Mapping[str, str]) -> SwiftCredentials | None:
    """Read `ST_*` (v1), `RS_*` (Rackspace), `OS_CLOUD` or `OS_*` (Keystone v3), in this order; None without.

    Raises `IncompleteCredentials`, naming what is missing. Where no domain is named, it is the one that
    OpenStack's own client takes: `OS_DEFAULT_DOMAIN`, or else `default`.
    """
    if any(environ.get(name) for name in _V1):
        _require(environ, *_V1)
        return SwiftCredentials(Method.V1, _options(environ, _V1))
    if any(environ.get(name) for name in _RACKSPACE):
        return _rackspace(environ)
    if environ.get("OS_CLOUD"):
        return SwiftCredentials(
            Method.CLOUD, (("cloud", environ["OS_CLOUD"]),), environ.get("OS_REGION_NAME")
        )
    if any(environ.get(name) for name in _KEYSTONE_SIGNS):
        return _keystone(environ)
    return None


def v1_environ(credentials: SwiftCredentials) -> dict[str, str]:
    """The variables from which these credentials of version 1 would be read again."""
    options = dict(credentials.options)
    return {variable: options[option] for variable, option in _V1.items()}


def _rackspace(environ: Mapping[str, str]) -> SwiftCredentials:
    _require(environ, *_RACKSPACE, "RS_REGION_NAME")
    return SwiftCredentials(
        Method.RACKSPACE,
        (("auth_url", environ.get("RS_AUTH_URL") or RACKSPACE_IDENTITY), *_options(environ, _RACKSPACE)),
        environ["RS_REGION_NAME"],
        _interface(environ),
    )


def _keystone(environ: Mapping[str, str]) -> SwiftCredentials:
    method = _keystone_method(environ)
    if method is Method.APPLICATION_CREDENTIAL:
        _require(environ, *_APPLICATION_OPTIONS)
        options = _options(environ, _APPLICATION_OPTIONS)
    else:
        user = "OS_USER_ID" if environ.get("OS_USER_ID") else "OS_USERNAME"
        project = "OS_PROJECT_ID" if environ.get("OS_PROJECT_ID") else "OS_PROJECT_NAME"
        _require(environ, "OS_AUTH_URL", user, "OS_PASSWORD", project)
        options = (*_options(environ, _KEYSTONE_OPTIONS), *_default_domains(environ))
    return SwiftCredentials(
        method,
        options,
        environ.get("OS_REGION_NAME") or None,
        _interface(environ),
        environ.get("OS_CACERT") or None,
    )


def _keystone_method(environ: Mapping[str, str]) -> Method:
    named = environ.get("OS_AUTH_TYPE")
    if named and named not in _KEYSTONE_METHODS:
        offered = ", ".join(_KEYSTONE_METHODS)
        raise IncompleteCredentials(
            f"OS_AUTH_TYPE={named} is none of {offered}; put it into clouds.yaml and set OS_CLOUD"
        )
    if named:
        return _KEYSTONE_METHODS[named]
    secret = environ.get("OS_APPLICATION_CREDENTIAL_SECRET")
    return Method.APPLICATION_CREDENTIAL if secret else Method.PASSWORD


def _default_domains(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Names of users and projects mean nothing without a domain; ids do."""
    default = environ.get("OS_DEFAULT_DOMAIN") or "default"
    for kind in ("user", "project"):
        named = (f"OS_{kind.upper()}_{what}" for what in ("ID", "DOMAIN_ID", "DOMAIN_NAME"))
        if not any(environ.get(name) for name in named):
            yield f"{kind}_domain_id", default


def _interface(environ: Mapping[str, str]) -> str:
    """Which of an endpoint's addresses; older tools say `internalURL` for `internal`."""
    asked = environ.get("OS_INTERFACE") or environ.get("OS_ENDPOINT_TYPE") or "public"
    return asked.removesuffix("URL")


def _options(environ: Mapping[str, str], names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((option, environ[name]) for name, option in names.items() if environ.get(name))


def _require(environ: Mapping[str, str], *names: str) -> None:
    missing = [name for name in names if not environ.get(name)]
    if missing:
        raise IncompleteCredentials(f"to sign in to Swift, set {', '.join(missing)} too")
