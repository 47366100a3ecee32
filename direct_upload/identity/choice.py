"""Which identity the settings ask for."""

from __future__ import annotations

import time
from collections.abc import Callable

from direct_upload.identity import Identity
from direct_upload.identity.anonymous import AnonymousBrowser
from direct_upload.identity.proxy_header import ProxyHeader
from swift_store.declarations import ConfigurationError, variable
from swift_store.settings import IdentityKind, Settings

_NEEDED = {
    IdentityKind.ANONYMOUS: (),
    IdentityKind.OIDC: ("oidc_issuer", "oidc_client_id"),
    IdentityKind.PROXY_HEADER: ("identity_header", "trusted_proxies"),
}


def check(settings: Settings) -> None:
    """Raise `ConfigurationError` when the identity lacks other settings, or its library."""
    missing = [variable(name) for name in _NEEDED[settings.identity] if not getattr(settings, name)]
    if missing:
        chosen = f"{variable('identity')}={settings.identity.value}"
        raise ConfigurationError(f"{chosen} needs {' and '.join(missing)} too")
    if settings.identity is IdentityKind.OIDC:
        try:
            import direct_upload.identity.oidc  # noqa: F401, PLC0415 - an extra that only this identity needs
        except ModuleNotFoundError as error:
            raise ConfigurationError("OpenID Connect needs: pip install 'direct-upload[oidc]'") from error


def make_identity(settings: Settings, owner_key: Callable[[], bytes]) -> Identity:
    """The identity for settings that passed `check`."""
    if settings.identity is IdentityKind.OIDC:
        return _oidc(settings, owner_key)
    if settings.identity is IdentityKind.PROXY_HEADER:
        return ProxyHeader(settings.identity_header or "", settings.trusted_proxies or (), owner_key)
    return AnonymousBrowser(settings.secrets, over_https=settings.over_https)


def _oidc(settings: Settings, owner_key: Callable[[], bytes]) -> Identity:
    from direct_upload.identity.oidc import SignedIn  # noqa: PLC0415 - see `check`
    from direct_upload.identity.provider import OidcProvider  # noqa: PLC0415

    provider = OidcProvider(
        settings.oidc_issuer or "",
        settings.oidc_client_id or "",
        settings.oidc_client_secret,
        settings.oidc_scope,
    )
    return SignedIn(settings, provider, owner_key, time.time)
