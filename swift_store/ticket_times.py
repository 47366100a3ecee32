"""Until when tickets may be about: what the sweep and a change of secret must wait for. Blocking.

A ticket keeps the lifetime that it was given, so a setting that was lowered does not hold for it. Lifetimes
that were once set are therefore kept in Swift, as a record that every site and sweep goes by:

    ticket-lifetimes    {"604800": null, "2592000": 1800000000}

The present one has no end. A longer one before it ends, in Unix seconds, when the last ticket does that was
given under it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from swift_store.client import SwiftClient
from swift_store.leftovers import swept_before
from swift_store.private_store import PrivateStore

_RECORD = "ticket-lifetimes"
Lifetimes = Mapping[str, float | None]


def kept(found: Lifetimes, lifetime: int, now: float) -> Lifetimes:
    """The record from NOW on, where new tickets live LIFETIME seconds."""
    longer = {
        seconds: now + int(seconds) if end is None else end
        for seconds, end in found.items()
        if int(seconds) > lifetime
    }
    return {seconds: end for seconds, end in longer.items() if end > now} | {str(lifetime): None}


@dataclass(frozen=True)
class TicketTimes:
    """`longest`: the most seconds that a ticket lives of those that are about.

    `now` (Unix seconds) is the time by our clock or Swift's, whichever is behind: one that is ahead must not
    end anything early.
    """

    now: float
    longest: int

    @property
    def over_before(self) -> datetime:
        """Before when an upload must have begun so that nobody can complete it any more."""
        return swept_before(self.now, self.longest)


def look(client: SwiftClient, store: PrivateStore, lifetime: int, now: float) -> TicketTimes:
    """The times, where new tickets live LIFETIME seconds and our clock says NOW."""
    now = _earlier(client, now)
    return _times(kept(store.read(_RECORD) or {}, lifetime, now), now)


def keep(client: SwiftClient, store: PrivateStore, lifetime: int, now: float) -> TicketTimes:
    """As `look`, and keeps in mind that new tickets get this lifetime from now on."""
    found, now = store.read(_RECORD) or {}, _earlier(client, now)
    lifetimes = kept(found, lifetime, now)
    if lifetimes != found:
        store.write(_RECORD, lifetimes)
    return _times(lifetimes, now)


def _earlier(client: SwiftClient, now: float) -> float:
    told = client.swift_time()
    return now if told is None else min(now, told)


def _times(lifetimes: Lifetimes, now: float) -> TicketTimes:
    return TicketTimes(now, max(map(int, lifetimes)))
