"""Where the segments of one upload go: signed addresses, fresh whenever one is asked for.

How long a signature lives is the difference of two times of the server; from then on our monotonic clock
counts. What our clock says of the day matters nowhere.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from direct_upload.client.site import Answer, Site

# A signature has to be good when the request arrives: so long before its end we get another.
_MARGIN_SECONDS = 60.0
_MARGIN_SHARE = 0.25
_AHEAD = 100


@dataclass(frozen=True)
class Grant:
    """Signed until `ends_at`, in our monotonic time: one query for all segments, or one for each of some."""

    url: str
    query: str | None
    ends_at: float
    queries: Mapping[int, str] = field(default_factory=dict)

    def address(self, number: int) -> str | None:
        """Where the segment goes; None when the grant does not speak of it."""
        query = self.query if self.query is not None else self.queries.get(number)
        return None if query is None else f"{self.url}{number:08d}?{query}"


def ends_at(answer: Answer, expires_at: str) -> float:
    """When to stop using what the answer signed, in our monotonic time."""
    end = datetime.fromisoformat(expires_at).timestamp()
    lifetime = end - (time.time() if answer.server_time is None else answer.server_time)
    return answer.asked_at + lifetime - min(_MARGIN_SECONDS, lifetime * _MARGIN_SHARE)


def grant_of(answer: Answer, target: Mapping[str, Any]) -> Grant:
    """Read a `target` of the protocol."""
    return Grant(target["url"], target["query"], ends_at(answer, target["expires_at"]))


class Lease:
    """Gives addresses of one upload's segments, renewed when needed. Threads may share it."""

    def __init__(
        self, site: Site, upload_id: str, ticket: str, grant: Grant, stopping: threading.Event
    ) -> None:
        self._site = site
        self._upload = (upload_id, ticket)
        self._grant = grant
        self._stopping = stopping
        self._lock = threading.Lock()

    def address(self, number: int, waiting: Iterable[int] = ()) -> str:
        """Where the segment goes. WAITING are others that are worth signing with it, if it comes to that."""
        with self._lock:
            if time.monotonic() >= self._grant.ends_at:
                self._renew()
            found = self._grant.address(number)
            if found is None:
                self._sign([number, *(one for one in waiting if one != number)][:_AHEAD])
                found = self._grant.address(number)
        assert found is not None  # noqa: S101 - the site signed what was asked for
        return found

    def refused(self, address: str, number: int) -> None:
        """The storage did not take this address: do not use its signature again."""
        with self._lock:
            if self._grant.address(number) == address:
                self._renew()

    def _renew(self) -> None:
        answer = self._site.renew(*self._upload, self._stopping)
        self._grant = grant_of(answer, answer.body["target"])

    def _sign(self, numbers: Sequence[int]) -> None:
        answer = self._site.signatures(*self._upload, numbers, self._stopping)
        queries = dict(zip(numbers, answer.body["queries"], strict=True))
        end = ends_at(answer, answer.body["expires_at"])
        # What was signed before ends before.
        self._grant = Grant(
            self._grant.url, None, min(end, self._grant.ends_at), {**self._grant.queries, **queries}
        )
