"""How things fail: what Swift does to us, and the one error that a request ends in, whichever way it went.

Code raises a `Problem`; each server renders it in one place as RFC 9457 `application/problem+json`.
`PROBLEMS` is the whole vocabulary: clients switch on `code`, so a code never changes its meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

MEDIA_TYPE = "application/problem+json"

PROBLEMS: Mapping[str, HTTPStatus] = MappingProxyType(
    {
        "invalid-json": HTTPStatus.BAD_REQUEST,
        "invalid-request": HTTPStatus.BAD_REQUEST,
        "invalid-name": HTTPStatus.BAD_REQUEST,
        "invalid-type": HTTPStatus.BAD_REQUEST,
        "invalid-segment-size": HTTPStatus.BAD_REQUEST,
        "invalid-segments": HTTPStatus.BAD_REQUEST,
        "invalid-ticket": HTTPStatus.BAD_REQUEST,
        "wrong-upload": HTTPStatus.BAD_REQUEST,
        "malformed-form": HTTPStatus.BAD_REQUEST,
        "truncated-body": HTTPStatus.BAD_REQUEST,
        "no-file": HTTPStatus.BAD_REQUEST,
        "several-files": HTTPStatus.BAD_REQUEST,
        "sign-in-failed": HTTPStatus.BAD_REQUEST,
        "sign-in-needed": HTTPStatus.UNAUTHORIZED,
        "invalid-token": HTTPStatus.UNAUTHORIZED,
        "not-through-proxy": HTTPStatus.FORBIDDEN,
        "invalid-signature": HTTPStatus.UNAUTHORIZED,
        "foreign-ticket": HTTPStatus.FORBIDDEN,
        "type-refused": HTTPStatus.FORBIDDEN,
        "name-refused": HTTPStatus.FORBIDDEN,
        "refused": HTTPStatus.FORBIDDEN,
        "cross-site": HTTPStatus.FORBIDDEN,
        "not-found": HTTPStatus.NOT_FOUND,
        "method-not-allowed": HTTPStatus.METHOD_NOT_ALLOWED,
        "too-many-links": HTTPStatus.CONFLICT,
        "already-complete": HTTPStatus.CONFLICT,
        "segments-rejected": HTTPStatus.CONFLICT,
        "held": HTTPStatus.CONFLICT,
        "not-held": HTTPStatus.CONFLICT,
        "ticket-expired": HTTPStatus.GONE,
        "file-too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "request-too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "body-too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "form-too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "quota-exceeded": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too-many-uploads": HTTPStatus.TOO_MANY_REQUESTS,
        "too-many-requests": HTTPStatus.TOO_MANY_REQUESTS,
        "body-too-slow": HTTPStatus.REQUEST_TIMEOUT,
        "not-multipart": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "internal-error": HTTPStatus.INTERNAL_SERVER_ERROR,
        "storage-refused": HTTPStatus.BAD_GATEWAY,
        "storage-unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
        "not-ready": HTTPStatus.SERVICE_UNAVAILABLE,
        "policy-unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
        "sign-in-unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
        "spool-full": HTTPStatus.INSUFFICIENT_STORAGE,
    }
)


class SwiftUnavailable(Exception):
    """Swift can't be reached, is too slow or answered with a server error: try again later."""


_PASSING = frozenset({408, 429, 498, 499})


def is_refusal(status: int) -> bool:
    """Whether an answer with this status says no: a client's error, and none that passes by itself.

    Those that do are about the moment: too slow, too many requests (498 is Swift's), cut off.
    """
    return 400 <= status < 500 and status not in _PASSING  # noqa: PLR2004 - client errors


class SwiftRefused(Exception):
    """Swift answered, and said no: `status` and `body` are its answer."""

    def __init__(self, message: str, status: int, body: bytes) -> None:
        super().__init__(message)
        self.status = status
        self.body = body


class Problem(Exception):
    """A refused request: what was wrong and what to do, for people and for programs.

    `code` is a key of `PROBLEMS`, `detail` one or two sentences, `members` further JSON members
    (such as the list of faulty segments), `retry_after` seconds after which trying again makes sense.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        retry_after: int | None = None,
        **members: Any,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.status = PROBLEMS[code]
        self.detail = detail
        self.retry_after = retry_after
        self.members = members

    def document(self) -> dict[str, Any]:
        """The problem as the JSON object of RFC 9457."""
        return {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "code": self.code,
            "detail": self.detail,
            **({} if self.retry_after is None else {"retry_after": self.retry_after}),
            **self.members,
        }


Translations = Mapping[type[BaseException], Callable[..., Problem]]

RETRY_SECONDS = 5


def problem_of(error: BaseException, more: Translations = MappingProxyType({})) -> Problem:
    """The problem to answer with, by the tables of `_SHARED` and MORE.

    Whatever nobody foresaw is an `internal-error`, without its text.
    """
    for kind, translate in (*_SHARED.items(), *more.items()):
        if isinstance(error, kind):
            return translate(error)
    return Problem("internal-error", "Something went wrong on our side. It is logged; try again later.")


def _unavailable(_error: BaseException) -> Problem:
    detail = "The storage can't be reached right now; try again in a moment."
    return Problem("storage-unavailable", detail, retry_after=RETRY_SECONDS)


def _refused(_error: BaseException) -> Problem:
    return Problem("storage-refused", "The storage refused this. The operator finds the reason in the log.")


_SHARED: Translations = MappingProxyType(
    {Problem: lambda error: error, SwiftUnavailable: _unavailable, SwiftRefused: _refused}
)
