"""What the client gives: stored files, and how far an upload has come."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True)
class StoredFile:
    """A file of the caller's. `size` is in bytes, `created_at` when its upload began.

    `type` is what it is served under, `state` is `stored`, or `held` while somebody has to look at it.
    """

    id: str
    name: str
    size: int
    type: str
    etag: str
    created_at: datetime
    state: str
    download_url: str

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> Self:
        """Read the API's message; members that are not known here are left out."""
        return cls(
            id=message["id"],
            name=message["name"],
            size=message["size"],
            type=message["type"],
            etag=message["etag"],
            created_at=datetime.fromisoformat(message["created_at"]),
            state=message.get("state", "stored"),
            download_url=message["download_url"],
        )

    def message(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {**vars(self), "created_at": self.created_at.isoformat()}


class Phase(enum.Enum):
    """Where an upload or a download is."""

    SENDING = "sending"
    RECEIVING = "receiving"
    CHECKING = "checking"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Progress:
    """How far one file has come, in bytes. `resumed_bytes` of them were there before.

    `source` is where it comes from: a path here, or the id of a stored file.
    """

    source: str
    name: str
    size: int
    moved_bytes: int
    phase: Phase
    resumed_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long the client bears with the network and the servers, in seconds."""

    connect: float = 10.0
    # A connection over which nothing moves for so long is given up, and the segment sent again.
    stall: float = 30.0
    # Swift may take its time to check the segments of a huge file.
    commit: float = 660.0
    # How long one thing may fail in a row before it has failed for good.
    give_up: float = 300.0
    first_pause: float = 0.3
    longest_pause: float = 20.0
    # How often in a row a segment may arrive damaged: more is not chance.
    damages: int = 5
