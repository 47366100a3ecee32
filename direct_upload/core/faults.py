"""Every failure becomes a `Problem`, and what nobody foresaw gets into the log."""

from __future__ import annotations

import logging
from types import MappingProxyType

from pydantic import ValidationError

from swift_store import errors
from swift_store.errors import Problem

_log = logging.getLogger(__name__)
_SERVER_ERROR = 500


def problem_of(error: BaseException, more: errors.Translations = MappingProxyType({})) -> Problem:
    """The problem to answer with; MORE translates what only a framework raises."""
    return errors.problem_of(error, {**_TRANSLATIONS, **more})


def log_failure(error: BaseException, problem: Problem) -> None:
    """A refusal is no incident: only what we did not foresee gets a traceback."""
    if isinstance(error, Problem):
        return
    if problem.code == "internal-error":
        _log.error("unforeseen error", exc_info=error)
    elif problem.status >= _SERVER_ERROR:
        _log.warning("%s", error)


def _of_validation(error: ValidationError) -> Problem:
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if faults[0]["type"] == "json_invalid":
        return Problem("invalid-json", f"The body is not valid JSON. {faults[0]['msg']}.")
    found = [
        {"field": ".".join(map(str, fault["loc"])) or "body", "detail": fault["msg"]} for fault in faults
    ]
    sentence = "; ".join(f"{one['field']}: {one['detail']}" for one in found)
    return Problem("invalid-request", f"The request has wrong fields. {sentence}.", errors=found)


_TRANSLATIONS: errors.Translations = {ValidationError: _of_validation}
