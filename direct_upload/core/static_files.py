"""The built front end as files, and how long browsers may keep each."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"
# The element at its own address, and what it loads.
_SERVED = re.compile(r"direct-upload\.js|assets/[\w.-]+")
_FOR_GOOD = "public, max-age=31536000, immutable"

# A worker runs under the policy of its own script, not of the page that started it.
POLICY: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'wasm-unsafe-eval'; frame-ancestors 'none'"
}


@dataclass(frozen=True)
class StaticFile:
    """A file's contents and media type."""

    body: bytes
    type: str


def cache_control(path: str) -> str:
    """Names below `assets/` carry a hash of their contents; the element's does not, and names such files."""
    return _FOR_GOOD if path.startswith("assets/") else "no-cache"


def find(path: str) -> StaticFile | None:
    """The file with this path, which has no slash at its beginning; None when there is none."""
    place = STATIC / path
    if not _SERVED.fullmatch(path) or not place.is_file():
        return None
    return StaticFile(place.read_bytes(), mimetypes.guess_type(place.name)[0] or "application/octet-stream")
