"""How our servers sign in to Swift, read from the variables that Swift's own tools read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class IncompleteCredentials(ValueError):
    """Some of the variables for one way of signing in are set, others are missing."""


@dataclass(frozen=True)
class SwiftCredentials:
    """What `swiftclient.Connection` needs to sign in; `options` are its `os_options` for Keystone."""

    auth_url: str
    auth_version: str
    user: str = ""
    key: str = field(default="", repr=False)
    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cacert: str | None = None

    def connection_arguments(self) -> dict[str, Any]:
        return {
            "authurl": self.auth_url,
            "auth_version": self.auth_version,
            "user": self.user,
            "key": self.key,
            "os_options": dict(self.options),
            "cacert": self.cacert,
        }


_V1 = ("ST_AUTH", "ST_USER", "ST_KEY")
# Any of these says that Keystone is meant; the other variables occur beside other ways of signing in too.
_KEYSTONE_SIGNS = ("OS_AUTH_URL", "OS_PASSWORD", "OS_APPLICATION_CREDENTIAL_SECRET")
# Variable -> key in swiftclient's os_options.
_KEYSTONE_OPTIONS = {
    "OS_PROJECT_NAME": "project_name",
    "OS_PROJECT_ID": "project_id",
    "OS_PROJECT_DOMAIN_NAME": "project_domain_name",
    "OS_PROJECT_DOMAIN_ID": "project_domain_id",
    "OS_USER_DOMAIN_NAME": "user_domain_name",
    "OS_USER_DOMAIN_ID": "user_domain_id",
    "OS_REGION_NAME": "region_name",
    "OS_ENDPOINT_TYPE": "endpoint_type",
    "OS_AUTH_TYPE": "auth_type",
    "OS_APPLICATION_CREDENTIAL_ID": "application_credential_id",
    "OS_APPLICATION_CREDENTIAL_SECRET": "application_credential_secret",
}


def credentials_from(environ: Mapping[str, str]) -> SwiftCredentials | None:
    """Read `ST_*` (v1) or `OS_*` (Keystone v3); None when neither is set.

    Raises `IncompleteCredentials`, naming what is missing.
    """
    if any(environ.get(name) for name in _V1):
        _require(environ, *_V1)
        return SwiftCredentials(environ["ST_AUTH"], "1", environ["ST_USER"], environ["ST_KEY"])
    if any(environ.get(name) for name in _KEYSTONE_SIGNS):
        return _keystone(environ)
    return None


def _keystone(environ: Mapping[str, str]) -> SwiftCredentials:
    if environ.get("OS_AUTH_TYPE") == "v3applicationcredential":
        _require(environ, "OS_AUTH_URL", "OS_APPLICATION_CREDENTIAL_ID", "OS_APPLICATION_CREDENTIAL_SECRET")
    else:
        project = "OS_PROJECT_ID" if environ.get("OS_PROJECT_ID") else "OS_PROJECT_NAME"
        _require(environ, "OS_AUTH_URL", "OS_USERNAME", "OS_PASSWORD", project)
    return SwiftCredentials(
        environ["OS_AUTH_URL"],
        "3",
        environ.get("OS_USERNAME", ""),
        environ.get("OS_PASSWORD", ""),
        tuple((key, environ[name]) for name, key in _KEYSTONE_OPTIONS.items() if environ.get(name)),
        environ.get("OS_CACERT"),
    )


def _require(environ: Mapping[str, str], *names: str) -> None:
    missing = [name for name in names if not environ.get(name)]
    if missing:
        raise IncompleteCredentials(f"to sign in to Swift, set {', '.join(missing)} too")
