"""How things fail: the site refuses, by its problem codes; nobody is reached; the file is not what it was.

Catch `ClientError` for all of them. `is_temporary` tells that the same may well succeed a little later; the
client has then tried for a while already.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

# Statuses below 500 that are over soon: too slow, too early, too many, and Swift's words for both.
_TEMPORARY_STATUSES = frozenset({408, 425, 429, 498, 499})
_FIRST_SERVER_ERROR = 500
# A server that asks for more patience than this is overruled.
_LONGEST_RETRY_AFTER = 300.0


def is_temporary_status(status: int) -> bool:
    """Whether an answer with this HTTP status may be another one soon."""
    return status >= _FIRST_SERVER_ERROR or status in _TEMPORARY_STATUSES


class ClientError(Exception):
    """Anything that the client can't do, in a sentence for people."""

    is_temporary = False
    retry_after = 0.0


class Unreachable(ClientError):
    """The site or the storage gives no answer: no network, no server, or a wrong address."""

    is_temporary = True


class SiteRefused(ClientError):
    """The site said no, by RFC 9457: `code` is stable, `detail` for people, `members` what else it says."""

    def __init__(self, status: int, document: Mapping[str, Any], retry_after: float = 0.0) -> None:
        self.status = status
        self.code = str(document.get("code") or "unexpected")
        self.detail = str(document.get("detail") or f"The site answered {status}.")
        self.members = MappingProxyType(dict(document))
        asked = document.get("retry_after", retry_after)
        self.retry_after = min(float(asked) if isinstance(asked, int | float) else 0.0, _LONGEST_RETRY_AFTER)
        super().__init__(self.detail)

    @property
    def is_temporary(self) -> bool:  # type: ignore[override]
        return is_temporary_status(self.status)


class InvalidRequest(SiteRefused):
    """The site does not take such a request, name, type or size of segments."""


class NotSignedIn(SiteRefused):
    """The site wants to know who asks: give a token, or another one."""


class NotAllowed(SiteRefused):
    """The site does not take this file, or not from here."""


class NotFound(SiteRefused):
    """There is no such file of this caller."""


class UploadLost(SiteRefused):
    """The ticket is worth nothing any more: only a new upload helps."""


class AlreadyComplete(SiteRefused):
    """The upload is a file already."""


class SegmentsRejected(SiteRefused):
    """Swift did not make a file of the segments; `numbers` are those at fault."""

    @property
    def numbers(self) -> frozenset[int]:
        return frozenset(int(one["number"]) for one in self.members.get("segments", ()))


class Held(SiteRefused):
    """Somebody has to look at the file before anybody can have it."""


class TooLarge(SiteRefused):
    """The file is larger than the site takes; `members["limit"]` is the most."""


class QuotaExceeded(SiteRefused):
    """There is no room; `members` has `scope`, `unit`, `limit` and `used`."""


class TooMany(SiteRefused):
    """Too many requests, or too many uploads that are begun."""


class Unavailable(SiteRefused):
    """The site, or the storage behind it, does not work right now."""


_BY_CODE: Mapping[str, type[SiteRefused]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("invalid-json", "invalid-request", "invalid-name", "invalid-type", "invalid-segment-size"),
            InvalidRequest,
        ),
        **dict.fromkeys(("sign-in-needed", "invalid-token"), NotSignedIn),
        **dict.fromkeys(
            ("not-through-proxy", "cross-site", "type-refused", "name-refused", "refused"), NotAllowed
        ),
        **dict.fromkeys(("invalid-ticket", "wrong-upload", "foreign-ticket", "ticket-expired"), UploadLost),
        "not-found": NotFound,
        "already-complete": AlreadyComplete,
        "segments-rejected": SegmentsRejected,
        "held": Held,
        "file-too-large": TooLarge,
        "request-too-large": TooLarge,
        "quota-exceeded": QuotaExceeded,
        "too-many-requests": TooMany,
        "too-many-uploads": TooMany,
        **dict.fromkeys(
            ("storage-unavailable", "not-ready", "policy-unavailable", "sign-in-unavailable"), Unavailable
        ),
    }
)


def refusal(status: int, document: Mapping[str, Any], retry_after: float = 0.0) -> SiteRefused:
    """The error for a problem document; a plain `SiteRefused` for codes that are not known here."""
    kind = _BY_CODE.get(str(document.get("code")), SiteRefused)
    return kind(status, document, retry_after)


class StorageRefused(ClientError):
    """Swift answered a segment with something else than success."""

    _WORDS: Mapping[int, str] = MappingProxyType(
        {
            401: "The storage did not accept the site's signature.",
            413: "The storage has no room for this file.",
            422: "The data was damaged on its way.",
            507: "The storage has no room for this file.",
        }
    )

    def __init__(self, status: int, retry_after: float = 0.0) -> None:
        super().__init__(self._WORDS.get(status, f"The storage answered {status}."))
        self.status = status
        self.retry_after = min(retry_after, _LONGEST_RETRY_AFTER)

    @property
    def is_signature_refused(self) -> bool:
        return self.status == 401  # noqa: PLR2004 - HTTP's own number

    @property
    def is_damaged(self) -> bool:
        return self.status == 422  # noqa: PLR2004

    @property
    def is_temporary(self) -> bool:  # type: ignore[override]
        return self.is_signature_refused or self.is_damaged or is_temporary_status(self.status)


class Damaged(ClientError):
    """What is stored, or what came back, is not what was sent."""

    is_temporary = True


class SourceChanged(ClientError):
    """The file is not what it was when its upload began: changed, shorter, gone. Nothing of it is visible."""


class SourceUnreadable(ClientError):
    """The file can't be read, or is no file."""


class TargetUnwritable(ClientError):
    """A file that is fetched can't be written where it should go."""


class StateUnwritable(ClientError):
    """What has to be remembered can't be written: the disk is full, or nobody may write there."""


class Busy(ClientError):
    """Another program sends the same file just now."""


class Interrupted(ClientError):
    """Somebody stopped it. What is stored stays; the same `put` goes on from there."""
