"""Whose files a command is about, by what an operator knows of a person."""

from __future__ import annotations

import click

from swift_store.names import is_owner
from swift_store.owners import owner_of
from swift_store.private_store import PrivateStore
from swift_store.settings import IdentityKind, Settings


def owner_named(name: str, settings: Settings, store: PrivateStore) -> str:
    """The owner called NAME: 32 hex digits as in object names, or an identity of somebody who signs in."""
    if is_owner(name):
        return name
    key = store.owner_key()
    if key is None:
        raise click.ClickException("the storage is not prepared; run 'direct-upload setup'")
    return owner_of_identity(name, settings, key)


def owner_of_identity(identity: str, settings: Settings, key: bytes) -> str:
    """The owner that somebody has who signs in as IDENTITY."""
    if settings.identity is IdentityKind.ANONYMOUS:
        raise click.ClickException("anonymous browsers have no identity; give the owner's 32 hex digits")
    parts = [settings.oidc_issuer or ""] if settings.identity is IdentityKind.OIDC else []
    return owner_of(key, settings.identity.value, *parts, identity)
