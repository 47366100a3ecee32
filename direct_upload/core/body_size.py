"""How big a request's body may be: what is about one upload needs far less than a batch."""

from __future__ import annotations

from swift_store.errors import Problem

# For whoever reads bodies before it is known what they are about.
MAX_BODY_BYTES = 1 << 20
# The longest ticket and the checksums of 1000 segments take 45 KB.
_MAX_SINGLE_BYTES = 64 << 10
_BATCHES = frozenset({"/api/uploads/batch", "/api/uploads/complete"})


def most_bytes(path: str) -> int:
    """The most for a request to this path, which begins below the prefix where the site is mounted."""
    return MAX_BODY_BYTES if path in _BATCHES else _MAX_SINGLE_BYTES


def too_large(path: str) -> Problem:
    """The refusal of a request to this path."""
    limit = most_bytes(path)
    detail = f"This request's body has at most {limit} bytes. Send the file itself to target.url."
    return Problem("request-too-large", detail, limit=limit)
