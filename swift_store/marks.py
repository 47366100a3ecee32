"""What shows that we made a text: tokens and links carry it, so that invented ones cost no look into Swift.

It decides nothing: whether a token or a link is valid, its record says. The key is the owners', which lives
longer than application secrets, as tokens and links do.
"""

from __future__ import annotations

import hmac

MARK_BYTES = 6


def marked(key: bytes, purpose: str, contents: bytes) -> bytes:
    """CONTENTS with our mark at the end."""
    return contents + _mark(key, purpose, contents)


def contents_of(key: bytes, purpose: str, text: bytes) -> bytes | None:
    """The contents of what `marked` gave; None for anything else."""
    contents, mark = text[:-MARK_BYTES], text[-MARK_BYTES:]
    return contents if hmac.compare_digest(mark, _mark(key, purpose, contents)) else None


def _mark(key: bytes, purpose: str, contents: bytes) -> bytes:
    return hmac.digest(key, f"mark {purpose} ".encode() + contents, "sha256")[:MARK_BYTES]
