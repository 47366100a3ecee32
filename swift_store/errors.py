"""The one error that a request can end in, whichever way the upload goes.

Code raises a `Problem`; each server renders it in one place as RFC 9457 `application/problem+json`.
`PROBLEMS` is the whole vocabulary: clients switch on `code`, so a code never changes its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
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
        "foreign-ticket": HTTPStatus.FORBIDDEN,
        "cross-site": HTTPStatus.FORBIDDEN,
        "not-found": HTTPStatus.NOT_FOUND,
        "method-not-allowed": HTTPStatus.METHOD_NOT_ALLOWED,
        "already-complete": HTTPStatus.CONFLICT,
        "segments-rejected": HTTPStatus.CONFLICT,
        "ticket-expired": HTTPStatus.GONE,
        "file-too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "request-too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "body-too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "form-too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "body-too-slow": HTTPStatus.REQUEST_TIMEOUT,
        "not-multipart": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "internal-error": HTTPStatus.INTERNAL_SERVER_ERROR,
        "storage-refused": HTTPStatus.BAD_GATEWAY,
        "storage-unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
        "not-ready": HTTPStatus.SERVICE_UNAVAILABLE,
        "spool-full": HTTPStatus.INSUFFICIENT_STORAGE,
    }
)


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
            **self.members,
        }
