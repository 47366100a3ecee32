"""Which content types a file may declare, and under which it is stored.

Swift serves a file under its stored type, and whoever holds a download URL may add `inline` to it. A type
that a browser would run would then be a script on Swift's origin, so such a file is stored as plain bytes.
"""

from __future__ import annotations

import re

from swift_store.errors import Problem

BYTES = "application/octet-stream"

_TOKEN = r"[a-z0-9!#$&^_.+-]{1,127}"  # noqa: S105 - RFC 6838's restricted name, no password
_MEDIA_TYPE = re.compile(rf"{_TOKEN}/{_TOKEN}")
# The last line are the types for which browsers guess from the content (WHATWG MIME Sniffing, "unknown").
_RUNNABLE = frozenset(
    {
        "text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml", "text/xsl",
        "multipart/related", "multipart/x-mixed-replace", "message/rfc822", "application/x-mimearchive",
        "text/cache-manifest", "application/x-shockwave-flash",
        "unknown/unknown", "application/unknown",
    }
)  # fmt: skip


# Types that a browser shows, and in which nothing can run as Swift's origin. Among pictures there is one that
# can: SVG. Scripts in a PDF run in the browser's viewer, which gives them neither the origin nor a network.
_SHOWN = frozenset(
    {
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "application/pdf",
        "text/plain",
    }
)  # fmt: skip
_SHOWN_FAMILIES = ("audio/", "video/")


def checked_type(declared: str) -> str:
    """Return the media type in lower case; raise a `Problem` when it is none. Parameters are not taken."""
    normal = declared.lower()
    if _MEDIA_TYPE.fullmatch(normal) is None:
        raise Problem(
            "invalid-type",
            f"The type must look like 'image/png', without parameters; use '{BYTES}' when it is not known.",
        )
    return normal


def stored_type(declared: str) -> str:
    """The type that Swift serves the file under: `declared`, or plain bytes where a browser would run it."""
    return BYTES if declared in _RUNNABLE or declared.endswith("+xml") else declared


def may_be_shown(stored: str) -> bool:
    """Whether a browser may show a file of this stored type, rather than save it."""
    return stored in _SHOWN or (stored.startswith(_SHOWN_FAMILIES) and not stored.endswith("+xml"))
