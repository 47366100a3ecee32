"""The id of a request: in its answer, in every line of the log that is about it, and in Swift's own log.

It travels in a context variable, so whatever is done for the request knows it, in other threads too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar

HEADER = "X-Request-ID"

# Nothing that could break a line of a log, or a header.
_VALID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# In hex just as long as what Swift takes into its transaction id.
_RANDOM_BYTES = 16

_fields: ContextVar[Mapping[str, str]] = ContextVar("fields of the log", default={})  # noqa: B039 - never changed


def chosen(given: str | None, *, is_believed: bool, randomness: Callable[[int], bytes]) -> str:
    """The id that a proxy gave the request, where it is believed and its id is sound; else a new one."""
    if given is not None and is_believed and _VALID.fullmatch(given):
        return given
    return randomness(_RANDOM_BYTES).hex()


def enter(request_id: str, **more: str) -> None:
    """From now on this context works for that request; MORE are further fields of its log lines."""
    _fields.set({"request_id": request_id, **more})


def current() -> str | None:
    """The id of the request that this context works for, if it does."""
    return _fields.get().get("request_id")


def log_fields() -> Mapping[str, str]:
    """What each log line of this context has to tell."""
    return _fields.get()
