"""Signed values that a client holds for us: the ticket of an upload, and who an anonymous browser is.

The server keeps no state. What an upload is stands in its ticket, and every replica with the same secret can
read it. Nothing in a ticket is secret; the signature makes it unchangeable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from itsdangerous import BadData

from swift_store.errors import Problem
from swift_store.keys import Secrets
from swift_store.names import UploadNames, is_owner
from swift_store.signed_values import serializer
from swift_store.slo import SegmentPlan

# 400 days is the longest that browsers keep a cookie; every visit starts them anew.
OWNER_COOKIE_SECONDS = 400 * 86400
_OWNER_BYTES = 16
# Twice what ours are; longer ones are somebody else's, and not worth remembering.
_LONGEST_COOKIE = 200


# Those of a ticket's fields.
_TYPES = (str, str, str, str, int, str, int, int)


@dataclass(frozen=True)
class Ticket:
    """An upload: whose, what, where and until when (`expires_at`, Unix seconds)."""

    upload_id: str
    owner: str
    container: str
    name: str
    size: int
    type: str
    segment_size: int
    expires_at: int

    @property
    def names(self) -> UploadNames:
        return UploadNames(self.owner, self.upload_id, self.name)

    @property
    def segments(self) -> SegmentPlan:
        return SegmentPlan(self.size, self.segment_size)


def seal(ticket: Ticket, secrets: Secrets) -> str:
    """Sign a ticket with the newest secret."""
    return serializer(secrets, "ticket").dumps(vars(ticket))


def open_ticket(token: str, secrets: Secrets, *, now: float) -> Ticket:
    """Read a ticket signed with any of the secrets; raise a `Problem` when it is forged or expired."""
    try:
        ticket = _ticket_of(serializer(secrets, "ticket").loads(token))
    except (BadData, TypeError) as error:
        detail = "The ticket is not one of ours, or it was changed. Create the upload again."
        raise Problem("invalid-ticket", detail) from error
    if ticket.expires_at <= now:
        raise Problem("ticket-expired", "The time for this upload is over. Create the upload again.")
    return ticket


def _ticket_of(payload: Any) -> Ticket:
    """What was signed, which another release may have meant otherwise: `TypeError` then."""
    ticket = Ticket(**payload)
    if tuple(map(type, vars(ticket).values())) != _TYPES:
        raise TypeError("a field has another type")
    return ticket


def owner_cookie(*, over_https: bool) -> str:
    """The cookie of an anonymous browser. `__Host-` keeps other hosts of the domain from setting it."""
    return "__Host-direct-upload-owner" if over_https else "direct-upload-owner"


def owner_or_new(cookie: str | None, secrets: Secrets, randomness: Callable[[int], bytes]) -> str:
    """The owner that a cookie names; without a cookie of ours, a new and random one."""
    owner = open_owner(cookie, secrets) if cookie else None
    return owner or new_owner(randomness)


def new_owner(randomness: Callable[[int], bytes]) -> str:
    """An owner that nobody was before."""
    return randomness(_OWNER_BYTES).hex()


def seal_owner(owner: str, secrets: Secrets) -> str:
    """Sign an owner for a browser's cookie."""
    return serializer(secrets, "owner").dumps(owner)


def open_owner(cookie: str, secrets: Secrets) -> str | None:
    """The owner that a cookie names, or None when we did not sign it."""
    return _open_owner(cookie, tuple(secrets)) if len(cookie) <= _LONGEST_COOKIE else None


# A browser shows the same cookie with every request.
@lru_cache(maxsize=1024)
def _open_owner(cookie: str, secrets: tuple[str, ...]) -> str | None:
    try:
        owner = serializer(secrets, "owner").loads(cookie)
    except BadData:
        return None
    return owner if isinstance(owner, str) and is_owner(owner) else None
