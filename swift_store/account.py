"""What a container needs before browsers can upload into it: TempURL keys and CORS."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from swift_store import account_keys
from swift_store.client import SwiftClient
from swift_store.keys import META_NAMES, Secrets, tempurl_keys
from swift_store.private_store import CLOSED, PrivateStore, private_container

_META = "x-container-meta-"
KEY, OLD_KEY = (f"{_META}{name}" for name in META_NAMES)
ROTATED_AT = f"{_META}rotated-at"
QUOTA = f"{_META}quota-bytes"
PART_OF = f"{_META}part-of"
ALLOW_ORIGIN = f"{_META}access-control-allow-origin"
EXPOSE_HEADERS = f"{_META}access-control-expose-headers"
_MAX_AGE = f"{_META}access-control-max-age"
_PREFLIGHT_SECONDS = 7200
_EXPOSED = "content-length content-range content-disposition accept-ranges etag x-trans-id"
# What people read in a plan. The values of these two are for nobody's eyes.
_KEYS = {KEY: "TempURL key", OLD_KEY: "second TempURL key"}
_TITLES = {
    ALLOW_ORIGIN: "sites that browsers may upload from",
    _MAX_AGE: "seconds that browsers remember that",
    EXPOSE_HEADERS: "headers that the page may read",
    QUOTA: "quota in bytes",
    PART_OF: "site that it belongs to",
    "x-container-read": "who may read it",
}
_ENDS_UPLOADS = (
    "Uploads that were begun under the other secret end, and so do download links. To keep them, change the "
    "secret with 'direct-upload rotate' instead."
)


@dataclass(frozen=True)
class Change:
    """Something to be done: in which container, what, how it is and how it will be.

    `warning` says what that breaks. No key is shown.
    """

    container: str
    what: str
    now: str
    then: str
    warning: str | None = None


def container_headers(secrets: Secrets, container: str, origins: Sequence[str]) -> dict[str, str]:
    """The metadata that `prepare` sets; an empty value removes what is there."""
    keys = [key.decode() for key in tempurl_keys(secrets, container)]
    return {
        KEY: keys[-1],
        OLD_KEY: keys[-2] if len(keys) > 1 else "",
        ALLOW_ORIGIN: " ".join(origins),
        _MAX_AGE: str(_PREFLIGHT_SECONDS),
        EXPOSE_HEADERS: _EXPOSED,
    }


def wanted_headers(
    secrets: Secrets, container: str, origins: Sequence[str], quota: int | None
) -> dict[str, str]:
    """As `container_headers`, with the quota, if there is to be one."""
    headers = container_headers(secrets, container, origins)
    return headers if quota is None else headers | {QUOTA: str(quota)}


def container_changes(
    container: str, found: Mapping[str, str] | None, wanted: Mapping[str, str]
) -> list[Change]:
    """What has to be done until a container with the headers FOUND has those WANTED, keys among them."""
    ours = dict(zip((wanted[KEY], wanted[OLD_KEY]), ("of the secret", "of the old secret"), strict=True))
    return list(_changes(container, found, wanted, ours))


def plan(
    client: SwiftClient,
    container: str,
    secrets: Secrets,
    origins: Sequence[str],
    *,
    quota: int | None = None,
) -> list[Change]:
    """What `prepare` would change; nothing when all is as it should be. Only looks."""
    private = private_container(container)
    wanted = wanted_headers(secrets, container, origins, quota)
    changes = [
        *container_changes(container, client.head_container(container), wanted),
        *_changes(private, client.head_container(private), CLOSED, {}),
    ]
    if PrivateStore(client, container).owner_key() is None:
        changes.append(Change(private, "key of owners", "none", "a random one"))
    if account_keys.lacking(client, secrets, container):
        changes.append(Change("(account)", "TempURL keys", "not those of the secret", "of the secret"))
    return changes


def prepare(
    client: SwiftClient,
    container: str,
    secrets: Secrets,
    origins: Sequence[str],
    *,
    quota: int | None = None,
) -> None:
    """Make the containers, or bring existing ones in order. May be repeated at any time.

    QUOTA is the most bytes that Swift lets into the container; None leaves it as it is.
    """
    account_keys.prepare(client, secrets, container)
    client.put_container(container, wanted_headers(secrets, container, origins, quota))
    PrivateStore(client, container).prepare()


def faults(
    found: Mapping[str, str] | None, secrets: Secrets, container: str, origins: Sequence[str]
) -> list[str]:
    """What a container's headers lack for uploads, as sentences; none when it is ready."""
    if found is None:
        return [f"The container {container} does not exist."]
    sentences = []
    if not has_key(found, secrets, container):
        sentences.append(f"The container {container} does not have the TempURL key of this secret.")
    allowed = set(found.get(ALLOW_ORIGIN, "").split())
    missing = [origin for origin in origins if not allowed & {origin, "*"}]
    if missing:
        sentences.append(f"The container {container} does not allow uploads from {' '.join(missing)}.")
    return sentences


def has_key(found: Mapping[str, str], secrets: Secrets, container: str) -> bool:
    """Whether a container with these headers accepts what the newest secret signs."""
    key = tempurl_keys(secrets, container)[-1]
    return any(hmac.compare_digest(key, found.get(name, "").encode()) for name in (KEY, OLD_KEY))


def unexposed(found: Mapping[str, str]) -> list[str]:
    """The headers that the page wants to read, and the container with these headers does not name."""
    exposed = found.get(EXPOSE_HEADERS, "").lower().split()
    return [name for name in _EXPOSED.split() if name not in exposed]


def _changes(
    container: str, found: Mapping[str, str] | None, wanted: Mapping[str, str], ours: Mapping[str, str]
) -> Iterator[Change]:
    if found is None:
        yield Change(container, "container", "missing", "made")
    for name, then in wanted.items():
        now = (found or {}).get(name, "")
        if now == then:
            continue
        if name in _KEYS:
            yield _key_change(container, name, now, then, ours)
        else:
            yield Change(container, _TITLES[name], now or "none", then or "none")


def _key_change(container: str, name: str, now: str, then: str, ours: Mapping[str, str]) -> Change:
    """OURS tells keys of our own secrets; to give up any other ends what was signed with it."""
    said = {**ours, "": "none"}
    is_lost = bool(ours) and now not in said
    return Change(
        container,
        _KEYS[name],
        said.get(now, "of another secret"),
        said[then],
        _ENDS_UPLOADS if is_lost else None,
    )
