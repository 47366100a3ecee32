"""Small records of our own in Swift, in a container that no browser can reach: no TempURL key, no CORS.

    owner-key                    what makes owners of identities
    probe                        what was found of a Swift that is safe: see direct_upload's `swift_guard`
    tokens/<id>                  API tokens, hashed
    links/<owner>/<file>/<id>    links to files
    ticket-lifetimes             how long tickets live that are about: see `ticket_times`
    outbox/<id>                  events that are still to be told: see direct_upload's `outbox`
    sweep                        whose turn the last sweep was: see direct_upload's `sweeper`
    claims/<name>/<claimant>     who is about to take or make a record that only one may: see `once`

Blocking; on top of `SwiftClient`.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from typing import Any

from swift_store.client import SwiftClient
from swift_store.errors import SwiftRefused
from swift_store.keys import META_NAMES
from swift_store.once import make_once
from swift_store.owners import OWNER_KEY_BYTES

_OWNER_KEY = "owner-key"
_MAX_RECORD_BYTES = 65536
_ATTEMPTS = 30
_LONGEST_PAUSE_MS = 500
_PRECONDITION_FAILED = 412
_META = "x-container-meta-"
# What the container must not have; an empty value removes what somebody may have set.
CLOSED = {
    **{f"{_META}{name}": "" for name in META_NAMES},
    f"{_META}access-control-allow-origin": "",
    "x-container-read": "",
}

Record = Mapping[str, Any]


def private_container(container: str) -> str:
    """The name of the container that goes with the one for files."""
    return f"{container}-private"


class PrivateStore:
    """Records by name. The listing may lag behind; reading, writing and deleting don't."""

    def __init__(self, client: SwiftClient, container: str) -> None:
        self._client = client
        self._container = private_container(container)

    def prepare(self) -> None:
        """Make the container and the owner key, where they are missing. May be repeated at any time."""
        self._client.put_container(self._container, CLOSED)
        if self.owner_key() is None:
            record = {"key": secrets.token_hex(OWNER_KEY_BYTES)}
            make_once(self, _OWNER_KEY, record, _claimants(), _pause)

    def owner_key(self) -> bytes | None:
        """What makes owners of identities; None before `prepare`."""
        record = self.read(_OWNER_KEY)
        return None if record is None else bytes.fromhex(record["key"])

    def read(self, name: str) -> Record | None:
        contents = self._client.read_object(self._container, name, _MAX_RECORD_BYTES)
        return None if contents is None else dict(json.loads(contents))

    def write(self, name: str, record: Record) -> None:
        self._put(name, record, {})

    def create(self, name: str, record: Record) -> bool:
        """Write a record that is not there; False when it is. No lock: two at once may both succeed."""
        try:
            self._put(name, record, {"If-None-Match": "*"})
        except SwiftRefused as error:
            if error.status != _PRECONDITION_FAILED:
                raise
            return False
        return True

    def delete(self, name: str) -> bool:
        """Delete a record; False when it was not there."""
        return self._client.delete_object(self._container, name)

    def delete_below(self, prefix: str) -> None:
        """Delete all records whose names start with PREFIX, as far as the listing shows them."""
        for name in self.names(prefix):
            self.delete(name)

    def names(self, prefix: str) -> list[str]:
        """The names of all records that start with PREFIX."""
        return [entry["name"] for entry in self._client.listing(self._container, prefix)]

    def _put(self, name: str, record: Record, headers: Mapping[str, str]) -> None:
        self._client.put_object(
            self._container,
            name,
            json.dumps(record).encode(),
            content_type="application/json",
            headers=headers,
        )


def _claimants() -> Iterator[str]:
    return (secrets.token_hex(8) for _ in range(_ATTEMPTS))


def _pause() -> None:
    """Of chance, so that those who met once don't meet again."""
    time.sleep(secrets.randbelow(_LONGEST_PAUSE_MS) / 1000)
