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
    | (/l/)[A-Za-z0-9_-]+
    | (\b(?:X-Auth-Token|X-Storage-Token|Cookie|Upload-Ticket)['"]?:\ ?['"]?)[^\s"']+
    """
)
# What we sign ourselves (tickets, cookies): JSON in base64, a dot, and 256 bits.
_SIGNED = re.compile(r"\.?[A-Za-z0-9_-]{24,}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")


def redacted(text: str) -> str:
    """TEXT without signatures, tickets, tokens, cookies, sign-in codes and links."""
    return _SIGNED.sub(HIDDEN, _SECRETS.sub(_keep_name, text))


def _keep_name(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None) + HIDDEN
