"""The beginning of an upload: what is asked for becomes a ticket, or a refusal. Nothing here needs Swift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from swift_store import slo
from swift_store.capabilities import Capabilities
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
    max_segments: int = slo.MAX_SEGMENTS
    min_segment_size: int = slo.MIN_SEGMENT_BYTES

    @classmethod
    def within(
        cls, cluster: Capabilities, *, max_file_size: int, segment_size: int, ticket_lifetime: int
    ) -> Self:
        """What the operator wishes, as far as the cluster can do it."""
        most = cluster.max_object_bytes
        least, segments = slo.MIN_SEGMENT_BYTES, slo.MAX_SEGMENTS
        if cluster.slo is not None:
            least, segments = (
                max(least, cluster.slo.min_segment_bytes),
                min(segments, cluster.slo.max_segments),
            )
        least = min(least, most)
        return cls(
            max_file_size=min(max_file_size, slo.largest_file(most, segments)),
            segment_size=min(max(segment_size, least), most),
            max_segment_size=most,
            ticket_lifetime=ticket_lifetime,
            max_segments=segments,
            min_segment_size=least,
        )


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
    segments = slo.plan(wish.size, segment_size, limits.max_segment_size, limits.max_segments)
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
    least, most = limits.min_segment_size, limits.max_segment_size
    if wished is not None and not least <= wished <= most:
        detail = f"A segment has from {least} to {most} bytes."
        raise Problem("invalid-segment-size", detail, minimum=least, maximum=most)
    return wished
