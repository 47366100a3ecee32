"""What a container needs before browsers can upload into it: TempURL keys and CORS."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence

from swift_store.client import SwiftClient
from swift_store.keys import Secrets, tempurl_keys
from swift_store.private_store import PrivateStore

_META = "x-container-meta-"
KEY, OLD_KEY = f"{_META}temp-url-key", f"{_META}temp-url-key-2"
QUOTA = f"{_META}quota-bytes"
ALLOW_ORIGIN = f"{_META}access-control-allow-origin"
_PREFLIGHT_SECONDS = 7200
_EXPOSED = "content-length content-range content-disposition accept-ranges etag x-trans-id"


def container_headers(secrets: Secrets, container: str, origins: Sequence[str]) -> dict[str, str]:
    """The metadata that `prepare` sets; an empty value removes what is there."""
    keys = [key.decode() for key in tempurl_keys(secrets, container)]
    return {
        KEY: keys[-1],
        OLD_KEY: keys[-2] if len(keys) > 1 else "",
        ALLOW_ORIGIN: " ".join(origins),
        f"{_META}access-control-max-age": str(_PREFLIGHT_SECONDS),
        f"{_META}access-control-expose-headers": _EXPOSED,
    }


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
    headers = container_headers(secrets, container, origins)
    client.put_container(container, headers if quota is None else headers | {QUOTA: str(quota)})
    PrivateStore(client, container).prepare()


def faults(
    found: Mapping[str, str] | None, secrets: Secrets, container: str, origins: Sequence[str]
) -> list[str]:
    """What a container's headers lack for uploads, as sentences; none when it is ready."""
    if found is None:
        return [f"The container {container} does not exist."]
    wanted = container_headers(secrets, container, origins)
    stored_keys = [found.get(name, "") for name in (KEY, OLD_KEY)]
    sentences = []
    if not any(hmac.compare_digest(wanted[KEY].encode(), key.encode()) for key in stored_keys):
        sentences.append(f"The container {container} does not have the TempURL key of this secret.")
    allowed = set(found.get(ALLOW_ORIGIN, "").split())
    missing = [origin for origin in origins if not allowed & {origin, "*"}]
    if missing:
        sentences.append(f"The container {container} does not allow uploads from {' '.join(missing)}.")
    return sentences
