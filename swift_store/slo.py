"""Static Large Objects: how a file is cut into segments, and the manifest that makes it one file again.

Swift checks every segment's size and MD5 when the manifest is written, and refuses it as a whole otherwise.
The ETag of a large object is the MD5 of its segments' MD5s, written out in lower-case hex one after another.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from swift_store.errors import Problem

MIB = 1 << 20
# Swift's default for `max_manifest_segments`, and what the upload protocol promises.
MAX_SEGMENTS = 1000
# Swift's default `rate_limit_under_size`: it slows the download of smaller segments down to one a second.
MIN_SEGMENT_BYTES = MIB

_MD5 = re.compile(r"[0-9a-f]{32}")
_SERVER_ERROR = re.compile(r"5[0-9]{2} ")
_REASONS = {"etag mismatch": "checksum", "size mismatch": "size", "404 not found": "missing"}


@dataclass(frozen=True)
class SegmentPlan:
    """A file of `size` bytes in segments of `segment_size`, the last one shorter; an empty file has none."""

    size: int
    segment_size: int

    @property
    def count(self) -> int:
        return -(-self.size // self.segment_size)

    def size_of(self, number: int) -> int:
        return min(self.segment_size, self.size - number * self.segment_size)


def plan(
    size: int, preferred_segment_size: int, max_segment_size: int, max_segments: int = MAX_SEGMENTS
) -> SegmentPlan:
    """Cut SIZE bytes into at most MAX_SEGMENTS segments of the preferred size, grown in whole MiB if needed.

    Raises a `Problem` when not even segments of the cluster's maximum would do.
    """
    limit = largest_file(max_segment_size, max_segments)
    if size > limit:
        raise Problem(
            "file-too-large", f"The largest file that this storage can hold has {limit} bytes.", limit=limit
        )
    least = -(-size // max_segments)
    segment_size = preferred_segment_size if preferred_segment_size >= least else -(-least // MIB) * MIB
    return SegmentPlan(size, min(segment_size, max_segment_size))


def largest_file(max_segment_size: int, max_segments: int) -> int:
    """The most bytes that so many segments of that size at most hold, in whole MiB where they can."""
    unit = min(MIB, max_segment_size)
    return max_segments * (max_segment_size // unit) * unit


def checked_md5s(md5s: Sequence[str], count: int) -> Sequence[str]:
    """Return the list when it has COUNT MD5s in lower-case hex; otherwise raise a `Problem`."""
    if len(md5s) != count:
        raise Problem(
            "invalid-segments", f"The file has {count} segments, but {len(md5s)} checksums were given."
        )
    wrong = [number for number, md5 in enumerate(md5s) if _MD5.fullmatch(md5) is None]
    if wrong:
        raise Problem(
            "invalid-segments",
            "A checksum is the MD5 of a segment as 32 lower-case hexadecimal digits.",
            segments=[{"number": number, "reason": "malformed"} for number in wrong],
        )
    return md5s


def etag(md5s: Sequence[str]) -> str:
    """The ETag that Swift gives to the large object (of an empty file: the MD5 of nothing)."""
    return hashlib.md5("".join(md5s).encode(), usedforsecurity=False).hexdigest()


def manifest(segments: SegmentPlan, paths: Sequence[str], md5s: Sequence[str]) -> bytes:
    """The manifest's JSON; PATHS are `/container/object`, decoded, one for each segment in order."""
    entries = [
        {"path": path, "etag": md5, "size_bytes": segments.size_of(number)}
        for number, (path, md5) in enumerate(zip(paths, md5s, strict=True))
    ]
    return json.dumps(entries).encode()


def rejected_segments(body: bytes) -> list[dict[str, int | str]]:
    """Read Swift's refusal of a manifest: `[{"number": 0, "reason": "missing" | "checksum" | "size"}, ...]`.

    Empty when the answer (JSON, asked for by `Accept: application/json`) speaks of something else.
    """
    try:
        faults = {(int(path.rsplit("/", 1)[1]), _REASONS[error.lower()]) for path, error in _errors(body)}
    except (ValueError, KeyError, IndexError):
        return []
    return [{"number": number, "reason": reason} for number, reason in sorted(faults)]


def is_temporary(body: bytes) -> bool:
    """Whether Swift refused a manifest because it could not look at some segment just now."""
    return any(_SERVER_ERROR.match(error) for _path, error in _errors(body))


def _errors(body: bytes) -> list[tuple[str, str]]:
    try:
        return [(str(path), str(error)) for path, error in json.loads(body)["Errors"]]
    except (ValueError, KeyError, TypeError, RecursionError):  # the last: brackets in brackets in brackets
        return []
