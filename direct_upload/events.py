"""What happens to files, as messages for other servers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from swift_store.files import FileState, StoredFile


class EventType(Enum):
    """What happened; the value is the message's `type`."""

    STORED = "file.stored"
    HELD = "file.held"
    REJECTED = "file.rejected"
    DELETED = "file.deleted"


OUTBOX = "outbox/"
OF_STATE = {FileState.STORED: EventType.STORED, FileState.HELD: EventType.HELD}


@dataclass(frozen=True)
class Event:
    """One message. `id` is the same however often it is told: each can happen to an upload only once."""

    type: EventType
    owner: str
    upload_id: str
    body: bytes

    @property
    def id(self) -> str:
        return message_id(self.type.value, self.upload_id)


def event(kind: EventType, file: StoredFile, *, now: float) -> Event:
    """That KIND happened to FILE; `now` in Unix seconds."""
    return Event(kind, file.names.owner, file.names.upload_id, message(kind.value, data_of(file), now=now))


def message(kind: str, data: Mapping[str, Any], *, now: float) -> bytes:
    """A message's body, as Standard Webhooks proposes it."""
    timestamp = datetime.fromtimestamp(now, UTC).isoformat()
    return json.dumps({"type": kind, "timestamp": timestamp, "data": data}, ensure_ascii=False).encode()


def message_id(kind: str, upload_id: str) -> str:
    # A dot would be ambiguous: it stands between the parts that are signed.
    return f"{kind.replace('.', '_')}_{upload_id}"


def data_of(file: StoredFile) -> dict[str, Any]:
    """What a message tells of a file."""
    return {
        "id": file.names.upload_id,
        "owner": file.names.owner,
        "name": file.names.name,
        "size": file.size,
        "type": file.type,
        "etag": file.etag,
        "created_at": file.created_at.isoformat(),
    }


def to_record(one: Event, *, now: float, is_watched: bool = True) -> dict[str, Any]:
    """The event as it waits in the outbox; `is_watched` by a process that will tell it."""
    return {
        "type": one.type.value,
        "owner": one.owner,
        "upload_id": one.upload_id,
        "body": one.body.decode(),
        "intended_at": now,
        "is_watched": is_watched,
    }


def from_record(record: Mapping[str, Any]) -> Event:
    """The inverse of `to_record`."""
    return Event(EventType(record["type"]), record["owner"], record["upload_id"], record["body"].encode())
