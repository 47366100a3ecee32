"""Every failure becomes a `Problem` here, once, and a `Problem` becomes an HTTP answer in `write_problem`."""

from __future__ import annotations

from pydantic import ValidationError
from tornado.web import HTTPError

from swift_store import errors
from swift_store.errors import Problem


def problem_of(error: BaseException) -> Problem:
    """The problem to answer with."""
    return errors.problem_of(error, _TRANSLATIONS)


def _of_validation(error: ValidationError) -> Problem:
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if faults[0]["type"] == "json_invalid":
        return Problem("invalid-json", f"The body is not valid JSON. {faults[0]['msg']}.")
    found = [
        {"field": ".".join(map(str, fault["loc"])) or "body", "detail": fault["msg"]} for fault in faults
    ]
    sentence = "; ".join(f"{one['field']}: {one['detail']}" for one in found)
    return Problem("invalid-request", f"The request has wrong fields. {sentence}.", errors=found)


def _of_http_error(error: HTTPError) -> Problem:
    if error.status_code == 404:  # noqa: PLR2004 - HTTP's own number
        return Problem("not-found", "There is nothing at this address.")
    if error.status_code == 405:  # noqa: PLR2004
        return Problem("method-not-allowed", "This address does not take that method; see /openapi.json.")
    return Problem("invalid-request", "The request could not be understood.")


_TRANSLATIONS: errors.Translations = {ValidationError: _of_validation, HTTPError: _of_http_error}
