"""Every failure becomes a `Problem`, and what nobody foresaw gets into the log."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from types import MappingProxyType

from pydantic import ValidationError

from swift_store import errors
from swift_store.errors import Problem

_log = logging.getLogger(__name__)
_SERVER_ERROR = 500
# Of a wrong request nobody reads more, and whoever sent it chose how much there is.
_MOST_FAULTS, _MOST_CHARACTERS = 20, 60


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
    found = [{"field": _field(fault["loc"]), "detail": fault["msg"]} for fault in faults[:_MOST_FAULTS]]
    sentence = "; ".join(f"{one['field']}: {one['detail']}" for one in found)
    rest = f"; and {len(faults) - len(found)} more" if len(faults) > len(found) else ""
    return Problem("invalid-request", f"The request has wrong fields. {sentence}{rest}.", errors=found)


def _field(place: Sequence[str | int]) -> str:
    name = ".".join(map(str, place)) or "body"
    return name if len(name) <= _MOST_CHARACTERS else f"{name[:_MOST_CHARACTERS]}..."


_TRANSLATIONS: errors.Translations = {ValidationError: _of_validation}
