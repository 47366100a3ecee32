"""The beginning of an upload: what is asked for becomes a ticket, or a refusal. Nothing here needs Swift."""

from __future__ import annotations

from dataclasses import dataclass

from swift_store import slo
from swift_store.content_types import checked_type
from swift_store.errors import Problem
from swift_store.names import checked_name, uuid7
from swift_store.tickets import Ticket


@dataclass(frozen=True)
class Limits:
    """What an upload may be. Sizes in bytes, `ticket_lifetime` in seconds."""

    max_file_size: int
    segment_size: int
    max_segment_size: int
    ticket_lifetime: int


@dataclass(frozen=True)
class Wish:
    """What a client asks for; `segment_size` None leaves that to us."""

    name: str
    size: int
    type: str
    segment_size: int | None = None


def new_ticket(  # noqa: PLR0913 - a ticket joins what many know
    wish: Wish, *, owner: str, container: str, limits: Limits, now: float, randomness: bytes
) -> Ticket:
    """Check the wish and make its ticket; `randomness` are 10 bytes for the id. Raises a `Problem`."""
    if wish.size > limits.max_file_size:
        detail = f"The file has {wish.size} bytes; at most {limits.max_file_size} are allowed."
        raise Problem("file-too-large", detail, limit=limits.max_file_size)
    segment_size = _checked_segment_size(wish.segment_size, limits) or limits.segment_size
    segments = slo.plan(wish.size, segment_size, limits.max_segment_size)
    return Ticket(
        upload_id=uuid7(int(now * 1000), randomness),
        owner=owner,
        container=container,
        name=checked_name(wish.name),
        size=wish.size,
        type=checked_type(wish.type),
        segment_size=segments.segment_size,
        expires_at=int(now) + limits.ticket_lifetime,
    )


def _checked_segment_size(wished: int | None, limits: Limits) -> int | None:
    if wished is not None and not slo.MIN_SEGMENT_BYTES <= wished <= limits.max_segment_size:
        raise Problem(
            "invalid-segment-size",
            f"A segment has from {slo.MIN_SEGMENT_BYTES} to {limits.max_segment_size} bytes.",
            minimum=slo.MIN_SEGMENT_BYTES,
            maximum=limits.max_segment_size,
        )
    return wished
