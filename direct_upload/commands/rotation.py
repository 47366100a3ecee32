"""`direct-upload rotate`: a new application secret, while uploads go on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime

import click

from direct_upload.commands.settings import connected, own_swift, settings_of
from swift_store import account, ticket_times
from swift_store.client import SwiftClient
from swift_store.declarations import variable
from swift_store.private_store import PrivateStore
from swift_store.settings import Settings
from swift_store.ticket_times import TicketTimes

_ROTATED_AT = "x-container-meta-rotated-at"
# By name: the headers that it has, and those that it should have.
_Containers = Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]]

_HOW_TO_BEGIN = (
    "Swift has the key of this secret and no other. To change the secret:\n"
    f"  1. Set {variable('old_secrets')} to the present one.\n"
    f"  2. Set {variable('secret')} to a new one, made with: "
    'python -c "import secrets; print(secrets.token_hex(32))"\n'
    "  3. Run 'direct-upload rotate' again with these two."
)
_HOW_TO_GO_ON = (
    "Swift accepts the keys of both secrets now.\n"
    "  1. Wait a minute: Swift's proxies remember keys for so long.\n"
    "  2. Restart every replica with the same two variables.\n"
    "  3. From {date} on: unset {old}, restart, and run 'direct-upload rotate' again."
)


@click.command()
@click.option(
    "--now", "is_urgent", is_flag=True, help="End the old secret at once, with the uploads under it."
)
def rotate(*, is_urgent: bool) -> None:
    """Change the application secret without breaking uploads.

    Brings Swift's keys in line with the secrets that are set, and says what to do next. May be repeated.
    """
    settings = own_swift(settings_of({}))
    with connected(settings) as client:
        found = _found(client, settings)
        records = PrivateStore(client, settings.container)
        times = ticket_times.look(client, records, settings.ticket_lifetime, time.time())
        if len(settings.secrets) > 1:
            message = _go_on(client, times, found)
        else:
            message = _begin_or_end(client, times, found, is_urgent=is_urgent)
    click.echo(message)


def _found(client: SwiftClient, settings: Settings) -> _Containers:
    """What is, and what is wanted."""
    found = {}
    for name in settings.upload_containers.names:
        headers = client.head_container(name)
        if headers is None:
            raise click.ClickException(f"there is no container {name}; run 'direct-upload setup'")
        found[name] = headers, account.container_headers(settings.secrets, name, settings.site_origins)
    return found


def _go_on(client: SwiftClient, times: TicketTimes, containers: _Containers) -> str:
    began_at = 0
    for name, (found, wanted) in containers.items():
        changed_at = int(found.get(_ROTATED_AT, "0"))
        if found.get(account.KEY) != wanted[account.KEY]:
            changed_at = int(times.now)
        client.put_container(name, {**wanted, _ROTATED_AT: str(changed_at)} if changed_at else wanted)
        began_at = max(began_at, changed_at)
    return _HOW_TO_GO_ON.format(date=_date(began_at + times.longest), old=variable("old_secrets"))


def _begin_or_end(
    client: SwiftClient, times: TicketTimes, containers: _Containers, *, is_urgent: bool
) -> str:
    each = list(containers.values())
    has_key = all(found.get(account.KEY) == wanted[account.KEY] for found, wanted in each)
    if not has_key and not is_urgent:
        raise click.ClickException(
            f"Swift has the key of another secret. Set {variable('old_secrets')} to that one, so that "
            "uploads go on; or end them with --now"
        )
    if has_key and not any(found.get(account.OLD_KEY) for found, _wanted in each):
        return _HOW_TO_BEGIN
    ends_at = max(int(found.get(_ROTATED_AT, "0")) for found, _wanted in each) + times.longest
    if times.now < ends_at and not is_urgent:
        raise click.ClickException(
            f"uploads under the old secret may go on until {_date(ends_at)}. Wait for that, with "
            f"{variable('old_secrets')} set; or end them with --now"
        )
    for name, (_now, wanted) in containers.items():
        client.put_container(name, {**wanted, _ROTATED_AT: ""})
    return "The old secret is worth nothing any more."


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
