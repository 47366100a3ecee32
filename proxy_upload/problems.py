"""The problems that both servers of this package know, and the headers of their answers."""

from __future__ import annotations

from collections.abc import Mapping

from swift_store.errors import MEDIA_TYPE, Problem


def headers_of(problem: Problem) -> Mapping[str, str]:
    """The headers of its answer."""
    retry = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    return {"Content-Type": MEDIA_TYPE, **retry}


def nothing_here() -> Problem:
    return Problem("not-found", "There is nothing at this address.")


def wrong_method() -> Problem:
    return Problem("method-not-allowed", "This address does not take that method.")
