"""TempURL keys of a whole account, for servers whose containers can't have any of their own: Ceph's RGW.

An account has two, and they may be somebody else's: those stay as they are. Ours are those that the container
has too, in its metadata, where such a server passes them over.
"""

from __future__ import annotations

from collections.abc import Mapping

from swift_store.client import SwiftClient
from swift_store.errors import SwiftRefused
from swift_store.keys import META_NAMES, Secrets, tempurl_keys

KEY, OLD_KEY = (f"x-account-meta-{name}" for name in META_NAMES)
_CONFLICT = 409


def lacking(client: SwiftClient, secrets: Secrets, container: str) -> Mapping[str, str]:
    """The account's headers that have to be set; none where its keys are right, or containers have their own.

    An empty one takes away the key of a secret that is over. Raises `SwiftRefused` when both of the account's
    keys are somebody else's.
    """
    if client.capabilities().container_keys:
        return {}
    found = client.head_account()
    marked = client.head_container(container) or {}
    once_ours = {marked.get(f"x-container-meta-{name}", "") for name in META_NAMES}
    ours = [key.decode() for key in tempurl_keys(secrets, container)]
    free = [name for name in (KEY, OLD_KEY) if found.get(name, "") in {"", *ours, *once_ours}]
    if not free:
        taken = "Both TempURL keys of this account are somebody else's. Give the site an account of its own."
        raise SwiftRefused(taken, _CONFLICT, b"")
    newest_first = [*reversed(ours), ""]
    return {name: key for name, key in zip(free, newest_first, strict=False) if found.get(name, "") != key}


def prepare(client: SwiftClient, secrets: Secrets, container: str) -> None:
    """Give the account the keys that it lacks. May be repeated at any time.

    It goes before the container's own metadata is changed, which tells what was ours.
    """
    if headers := lacking(client, secrets, container):
        client.post_account(headers)
