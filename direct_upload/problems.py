"""Every failure becomes a `Problem` here, once, and a `Problem` becomes an HTTP answer in `write_problem`."""

from __future__ import annotations

from tornado.web import HTTPError

from direct_upload.core import faults
from swift_store import errors
from swift_store.errors import Problem


def problem_of(error: BaseException) -> Problem:
    """The problem to answer with."""
    return faults.problem_of(error, _TRANSLATIONS)


def _of_http_error(error: HTTPError) -> Problem:
    if error.status_code == 404:  # noqa: PLR2004 - HTTP's own number
        return Problem("not-found", "There is nothing at this address.")
    if error.status_code == 405:  # noqa: PLR2004
        return Problem("method-not-allowed", "This address does not take that method; see /openapi.json.")
    return Problem("invalid-request", "The request could not be understood.")


_TRANSLATIONS: errors.Translations = {HTTPError: _of_http_error}
