"""`direct-upload token`: API tokens for programs."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

import click

from direct_upload.commands.identities import owner_of_identity
from direct_upload.commands.settings import connected, settings_of, swift_in_use
from swift_store import api_tokens
from swift_store.api_tokens import ApiToken
from swift_store.names import is_owner
from swift_store.owners import owner_of
from swift_store.private_store import PrivateStore

_DAY = 86400


@click.group()
def token() -> None:
    """API tokens for programs: make, list and revoke them."""


@token.command()
@click.argument("name")
@click.option(
    "--identity", help="Whose files: the name in the proxy's header, or the subject at the provider."
)
@click.option("--owner", help="Whose files: the owner as object names in Swift have it, 32 hex digits.")
@click.option(
    "--days", type=click.IntRange(min=1), help="How long it is valid. Default: until it is revoked."
)
def create(name: str, identity: str | None, owner: str | None, days: int | None) -> None:
    """Make a token, and show it this once: we keep its hash only.

    Without --identity and --owner its files are its own.
    """
    if identity and owner:
        raise click.UsageError("choose one of --identity and --owner")
    if owner and not is_owner(owner):
        raise click.UsageError("--owner takes 32 lower-case hex digits")
    settings = swift_in_use(settings_of({}))
    randomness = secrets.token_bytes(api_tokens.ID_BYTES + api_tokens.SECRET_BYTES)
    with connected(settings) as client:
        store = PrivateStore(client, settings.container)
        key = store.owner_key()
        if key is None:
            raise click.ClickException("the storage is not prepared; run 'direct-upload setup'")
        own = owner_of(key, "token", randomness[: api_tokens.ID_BYTES].hex())
        text, made = api_tokens.new_token(
            name,
            owner or (owner_of_identity(identity, settings, key) if identity else own),
            now=time.time(),
            lifetime=None if days is None else days * _DAY,
            randomness=randomness,
            key=key,
        )
        store.write(api_tokens.PREFIX + made.id, made.record())
    click.echo(text)
    click.echo(f"Token {made.id} ({name}) is ready. It is not shown again.", err=True)


@token.command(name="list")
def list_tokens() -> None:
    """Show the tokens that there are."""
    settings = swift_in_use(settings_of({}))
    with connected(settings) as client:
        for one in _all(PrivateStore(client, settings.container)):
            until = "revoked" if one.expires_at is None else _date(one.expires_at)
            click.echo(f"{one.id}  made {_date(one.created_at)}  until {until}  {one.name}")


@token.command()
@click.argument("id_or_name")
def revoke(id_or_name: str) -> None:
    """End a token, by its id or its name. Sites may accept it for ten more seconds."""
    settings = swift_in_use(settings_of({}))
    with connected(settings) as client:
        store = PrivateStore(client, settings.container)
        found = [one for one in _all(store) if id_or_name in {one.id, one.name}]
        if len(found) != 1:
            reason = "several tokens have this name; give the id" if found else "there is no such token"
            raise click.ClickException(reason)
        store.delete(api_tokens.PREFIX + found[0].id)
    click.echo(f"Token {found[0].id} ({found[0].name}) is revoked.")


def _all(store: PrivateStore) -> list[ApiToken]:
    records = (store.read(name) for name in store.names(api_tokens.PREFIX))
    tokens = (api_tokens.from_record(record) for record in records if record is not None)
    return [one for one in tokens if one is not None]


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
