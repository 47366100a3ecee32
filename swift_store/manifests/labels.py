"""Size and ETag of a Dynamic Large Object, kept where listings show them.

Such an object is empty in a listing, which would then have to ask for each file by itself. So its stored type
has both as parameters: `image/png; direct-upload-size=9; direct-upload-etag=d41d8cd9...`. No type that we
take from anybody has parameters, so nobody else can say so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_LABEL = re.compile(
    r"(?P<type>.*); ?direct-upload-size=(?P<size>\d{1,18}); ?direct-upload-etag=(?P<etag>[0-9a-f]{32})"
)


@dataclass(frozen=True)
class Label:
    """A file besides its name: the type that it is served under, its bytes, its ETag without quotes."""

    type: str
    size: int
    etag: str


def labelled(label: Label) -> str:
    """The content type under which a Dynamic Large Object is stored."""
    return f"{label.type}; direct-upload-size={label.size}; direct-upload-etag={label.etag}"


def of_listing(entry: Mapping[str, Any]) -> Label:
    """What an entry of Swift's listing, in JSON, says of a file."""
    etag = entry.get("slo_etag", entry["hash"])
    return _read(entry["content_type"], entry["bytes"], etag)


def of_head(head: Mapping[str, str]) -> Label:
    """What an object's headers, names in lower case, say of a file."""
    return _read(head.get("content-type", ""), int(head["content-length"]), head["etag"])


def _read(content_type: str, size: int, etag: str) -> Label:
    found = _LABEL.fullmatch(content_type)
    if found is None:
        return Label(content_type, size, etag.strip('"'))
    return Label(found["type"], int(found["size"]), found["etag"])
