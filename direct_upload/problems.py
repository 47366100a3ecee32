"""Every failure becomes a `Problem` here, once, and a `Problem` becomes an HTTP answer in `write_problem`."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError
from tornado.web import HTTPError

from swift_store.client import SwiftRefused, SwiftUnavailable
from swift_store.errors import Problem

RETRY_SECONDS = 5


def problem_of(error: BaseException) -> Problem:
    """The problem to answer with; whatever nobody foresaw is an `internal-error`, without its text."""
    for kind, translate in _TRANSLATIONS.items():
        if isinstance(error, kind):
            return translate(error)
    return Problem("internal-error", "Something went wrong on our side. It is logged; try again later.")


def _of_validation(error: ValidationError) -> Problem:
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if faults[0]["type"] == "json_invalid":
        return Problem("invalid-json", f"The body is not valid JSON. {faults[0]['msg']}.")
    errors = [
        {"field": ".".join(map(str, fault["loc"])) or "body", "detail": fault["msg"]} for fault in faults
    ]
    sentence = "; ".join(f"{one['field']}: {one['detail']}" for one in errors)
    return Problem("invalid-request", f"The request has wrong fields. {sentence}.", errors=errors)


def _of_http_error(error: HTTPError) -> Problem:
    if error.status_code == 404:  # noqa: PLR2004 - HTTP's own number
        return Problem("not-found", "There is nothing at this address.")
    if error.status_code == 405:  # noqa: PLR2004
        return Problem("method-not-allowed", "This address does not take that method; see /openapi.json.")
    return Problem("invalid-request", "The request could not be understood.")


def _unavailable(_error: BaseException) -> Problem:
    detail = "The storage can't be reached right now. Nothing is lost; try again in a moment."
    return Problem("storage-unavailable", detail, retry_after=RETRY_SECONDS)


def _refused(_error: BaseException) -> Problem:
    return Problem("storage-refused", "The storage refused this. The operator finds the reason in the log.")


_TRANSLATIONS: dict[type[BaseException], Callable[..., Problem]] = {
    Problem: lambda error: error,
    ValidationError: _of_validation,
    SwiftUnavailable: _unavailable,
    SwiftRefused: _refused,
    HTTPError: _of_http_error,
}
