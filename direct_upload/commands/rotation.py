"""`direct-upload rotate`: a new application secret, while uploads go on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from direct_upload.commands.settings import connected, own_swift, settings_of
from swift_store import account, account_keys, ticket_times
from swift_store.client import SwiftClient
from swift_store.declarations import variable
from swift_store.private_store import PrivateStore
from swift_store.settings import Settings
from swift_store.ticket_times import TicketTimes

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


@dataclass(frozen=True)
class _Keys:
    """The containers' keys, by name: the headers that each has, and those that it should have.

    `are_set`: Swift accepts what the newest secret signs, and that stands first.
    """

    client: SwiftClient
    settings: Settings
    containers: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]]
    are_set: bool

    @property
    def has_old(self) -> bool:
        return any(found.get(account.OLD_KEY) for found, _wanted in self.containers.values())

    def rotated_at(self, name: str) -> int:
        """When the container got its newest key from a rotation, in Unix seconds; 0 if it did not."""
        return int(self.containers[name][0].get(account.ROTATED_AT, "0"))

    def is_new(self, name: str) -> bool:
        found, wanted = self.containers[name]
        return found.get(account.KEY) != wanted[account.KEY]

    def put(self, rotated_at: Mapping[str, int]) -> None:
        """Bring keys in line with the secrets, those of an account first: containers tell which were ours."""
        account_keys.prepare(self.client, self.settings.secrets, self.settings.container)
        for name, (_found, wanted) in self.containers.items():
            at = rotated_at.get(name)
            self.client.put_container(name, {**wanted, account.ROTATED_AT: str(at) if at else ""})


@click.command()
@click.option(
    "--now", "is_urgent", is_flag=True, help="End the old secret at once, with the uploads under it."
)
def rotate(*, is_urgent: bool) -> None:
    """Change the application secret without breaking uploads.

    Brings Swift's keys in line with the secrets that are set, and says what to do next. May be repeated.
    """
    settings = own_swift(settings_of({}))
    is_under_way = len(settings.secrets) > 1
    if is_under_way and is_urgent:
        raise click.UsageError(
            f"--now ends the old secret, and {variable('old_secrets')} keeps it. Unset that, for every "
            "replica too, and run this again"
        )
    with connected(settings) as client:
        keys = _keys(client, settings)
        records = PrivateStore(client, settings.container)
        times = ticket_times.look(client, records, settings.ticket_lifetime, time.time())
        message = _go_on(keys, times) if is_under_way else _begin_or_end(keys, times, is_urgent=is_urgent)
    click.echo(message)


def _keys(client: SwiftClient, settings: Settings) -> _Keys:
    containers = {}
    for name in settings.upload_containers.names:
        headers = client.head_container(name)
        if headers is None:
            raise click.ClickException(f"there is no container {name}; run 'direct-upload setup'")
        containers[name] = headers, account.container_headers(settings.secrets, name, settings.site_origins)
    are_set = all(found.get(account.KEY) == wanted[account.KEY] for found, wanted in containers.values())
    lacking = account_keys.lacking(client, settings.secrets, settings.container)
    return _Keys(client, settings, containers, are_set=are_set and not any(lacking.values()))


def _go_on(keys: _Keys, times: TicketTimes) -> str:
    began_at = {
        name: (not keys.is_new(name) and keys.rotated_at(name)) or int(times.now) for name in keys.containers
    }
    keys.put(began_at)
    ends_at = max(began_at.values()) + times.longest
    return _HOW_TO_GO_ON.format(date=_date(ends_at), old=variable("old_secrets"))


def _begin_or_end(keys: _Keys, times: TicketTimes, *, is_urgent: bool) -> str:
    if not keys.are_set and not is_urgent:
        raise click.ClickException(
            f"Swift has the key of another secret. Set {variable('old_secrets')} to that one, so that "
            "uploads go on; or end them with --now"
        )
    if keys.are_set and not keys.has_old:
        return _HOW_TO_BEGIN
    ends_at = max(map(keys.rotated_at, keys.containers)) + times.longest
    if times.now < ends_at and not is_urgent:
        raise click.ClickException(
            f"uploads under the old secret may go on until {_date(ends_at)}. Wait for that, with "
            f"{variable('old_secrets')} set; or end them with --now"
        )
    keys.put({})
    return "The old secret is worth nothing any more."


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
