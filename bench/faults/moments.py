"""When a fault strikes: each moment is one request of an upload's life, the first of its kind."""

import re
from collections.abc import Callable
from enum import Enum
from typing import Final

from bench.faults.exchange import Request

SEGMENTS: Final = 3


class Moment(Enum):
    """The value is what a reader calls it."""

    TICKET = "before the ticket"
    FIRST = "first segment"
    MIDDLE = "middle segment"
    LAST = "last segment"
    COMPLETE = "in complete"
    AFTER = "after complete"

    @property
    def is_segment(self) -> bool:
        """Whether the request goes to Swift; all others go to the site."""
        return self in _SEGMENT_NUMBERS


_SEGMENT_NUMBERS: Final = {Moment.FIRST: 0, Moment.MIDDLE: SEGMENTS // 2, Moment.LAST: SEGMENTS - 1}
_SITE_REQUESTS: Final = {
    Moment.TICKET: ("POST", re.compile(r"/api/uploads(/batch)?")),
    Moment.COMPLETE: ("POST", re.compile(r"/api/uploads(/[^/]+)?/complete")),
    # Who has a file deletes it: the last that can happen to it.
    Moment.AFTER: ("DELETE", re.compile(r"/api/files/[^/]+")),
}


def matcher(moment: Moment) -> Callable[[Request], bool]:
    """Whether a request is the one of this moment."""
    if moment.is_segment:
        ending = f"/{_SEGMENT_NUMBERS[moment]:08d}"
        return lambda request: request.method == "PUT" and request.path.endswith(ending)
    method, path = _SITE_REQUESTS[moment]
    return lambda request: request.method == method and bool(path.fullmatch(request.path))


def behind(moment: Moment) -> Callable[[Request], bool]:
    """Whether a request is the one that the site makes to Swift for the moment's: it commits, or deletes."""
    return {Moment.COMPLETE: makes_file, Moment.AFTER: _deletes}[moment]


def makes_file(request: Request) -> bool:
    """The site's request by which a file appears."""
    return request.method == "PUT" and "/files/" in request.path


def _deletes(request: Request) -> bool:
    return request.method == "POST" and "bulk-delete" in request.query
