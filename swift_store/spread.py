"""All upload containers of a site: prepared, compared with what they should be, and none left behind.

The first is as `account` prepares it, with the private container beside it; the others have the same keys'
kind, CORS and quota, and a mark that says whose they are. Blocking; on top of `SwiftClient`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from swift_store import account
from swift_store.account import Change
from swift_store.at_once import at_once
from swift_store.client import SwiftClient
from swift_store.containers import Containers
from swift_store.errors import SwiftRefused
from swift_store.keys import Secrets

_CONFLICT = 409


def plan(
    client: SwiftClient,
    containers: Containers,
    secrets: Secrets,
    origins: Sequence[str],
    *,
    quota: int | None = None,
) -> list[Change]:
    """What `prepare` would change; nothing when all is as it should be. Only looks.

    Raises `SwiftRefused` as `prepare` does.
    """
    _check(client, containers)
    changes = account.plan(client, containers.name, secrets, origins, quota=quota)
    for name in containers.names[1:]:
        found = client.head_container(name)
        _check_mark(containers, name, found)
        wanted = account.wanted_headers(secrets, name, origins, quota) | {account.PART_OF: containers.mark}
        changes += account.container_changes(name, found, wanted)
    return changes


def prepare(
    client: SwiftClient,
    containers: Containers,
    secrets: Secrets,
    origins: Sequence[str],
    *,
    quota: int | None = None,
) -> None:
    """Make the containers, or bring existing ones in order. May be repeated at any time.

    QUOTA is the most bytes that Swift lets into each; None leaves that as it is. Raises `SwiftRefused` when
    containers beyond these hold files, when one is somebody else's, or when keys are an account's.
    """
    _check(client, containers)
    account.prepare(client, containers.name, secrets, origins, quota=quota)
    for name in containers.names[1:]:
        _check_mark(containers, name, client.head_container(name))
        wanted = account.wanted_headers(secrets, name, origins, quota)
        client.put_container(name, wanted | {account.PART_OF: containers.mark})


def faults(
    client: SwiftClient, containers: Containers, secrets: Secrets, origins: Sequence[str]
) -> list[str]:
    """What any of the containers lacks for uploads, as sentences; none when all are ready."""
    found = at_once(client.head_container, containers.names)
    return [
        sentence
        for name, headers in zip(containers.names, found, strict=True)
        for sentence in account.faults(headers, secrets, name, origins)
    ]


def left_behind(client: SwiftClient, containers: Containers) -> Sequence[str]:
    """Containers of ours that hold objects and are not among these: there were more of them once."""
    listed = client.list_containers(prefix=f"{containers.name}-")
    beyond = [entry["name"] for entry in listed if containers.is_beyond(entry["name"])]
    return [name for name in beyond if _holds_ours(client.head_container(name), containers)]


def _check(client: SwiftClient, containers: Containers) -> None:
    if hidden := left_behind(client, containers):
        said = f"There are files in {', '.join(hidden)}, which {containers.count} containers do not reach."
        raise SwiftRefused(f"{said} Their number may grow, and never shrink.", _CONFLICT, b"")
    if containers.count > 1 and not client.capabilities().container_keys:
        said = "TempURL keys are an account's here, and it has too few of them for several containers."
        raise SwiftRefused(said, _CONFLICT, b"")


def _check_mark(containers: Containers, name: str, found: Mapping[str, str] | None) -> None:
    if found is not None and _objects(found) and found.get(account.PART_OF) != containers.mark:
        said = f"The container {name} has objects and is not ours. Choose another name."
        raise SwiftRefused(said, _CONFLICT, b"")


def _holds_ours(found: Mapping[str, str] | None, containers: Containers) -> bool:
    return found is not None and _objects(found) > 0 and found.get(account.PART_OF) == containers.mark


def _objects(found: Mapping[str, str]) -> int:
    return int(found.get("x-container-object-count", 0))
