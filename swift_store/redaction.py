"""Takes secrets out of text that is on its way to a log: whatever opens something for those who read it."""

from __future__ import annotations

import re

HIDDEN = "[hidden]"

# Each keeps its first group and hides what comes behind it.
_SECRETS = re.compile(
    r"""(?ix)
    ((?:temp_url_sig|\bcode|\bstate|code_verifier|id_token|access_token|client_secret|ticket)(?:=|%3D))[^&\s"'<>\\]+
    | (\bBearer\ )[^\s"'<>\\]+
    | (\bdu_[0-9a-f]{16}_)[A-Za-z0-9_-]+
    | (/l/)[^\s"'<>?]+  # in any spelling: the site decodes a path before it looks at it
    | (\b(?:X-Auth-Token|X-Storage-Token|Cookie|Upload-Ticket)['"]?:\ ?['"]?)[^\s"']+
    """
)
# One of these is in all that the expression finds, and most lines have none.
_HINTS = re.compile(r"(?i)sig|code|state|token|secret|ticket|bearer|du_|/l/|cookie")
# What we sign ourselves (tickets, cookies): JSON in base64, a dot, and 256 bits.
_SIGNED = re.compile(r"\.?[A-Za-z0-9_-]{24,}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")

_SIGNATURE = re.compile(r"\.[A-Za-z0-9_-]{43}")


def redacted(text: str) -> str:
    """TEXT without signatures, tickets, tokens, cookies, sign-in codes and links."""
    if _HINTS.search(text):
        text = _SECRETS.sub(_keep_name, text)
    return _SIGNED.sub(HIDDEN, text) if _SIGNATURE.search(text) else text


def _keep_name(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None) + HIDDEN
