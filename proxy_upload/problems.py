"""Every failure becomes a `Problem` here, once, whatever serves."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from swift_store.client import SwiftRefused, SwiftUnavailable
from swift_store.errors import MEDIA_TYPE, Problem

RETRY_SECONDS = 5


def problem_of(error: BaseException) -> Problem:
    """The problem to answer with; whatever nobody foresaw is an `internal-error`, without its text."""
    for kind, translate in _TRANSLATIONS.items():
        if isinstance(error, kind):
            return translate(error)
    return Problem("internal-error", "Something went wrong on our side. It is logged; try again later.")


def headers_of(problem: Problem) -> Mapping[str, str]:
    """The headers of its answer."""
    retry = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    return {"Content-Type": MEDIA_TYPE, **retry}


def nothing_here() -> Problem:
    return Problem("not-found", "There is nothing at this address.")


def wrong_method() -> Problem:
    return Problem("method-not-allowed", "This address does not take that method.")


def _unavailable(_error: BaseException) -> Problem:
    detail = "The storage can't be reached right now. Nothing was stored; try again in a moment."
    return Problem("storage-unavailable", detail, retry_after=RETRY_SECONDS)


def _refused(_error: BaseException) -> Problem:
    return Problem("storage-refused", "The storage refused this. The operator finds the reason in the log.")


_TRANSLATIONS: dict[type[BaseException], Callable[..., Problem]] = {
    Problem: lambda error: error,
    SwiftUnavailable: _unavailable,
    SwiftRefused: _refused,
}
