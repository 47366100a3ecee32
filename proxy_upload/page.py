"""The page and its two assets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FOLDER = Path(__file__).with_name("static")

ASSET_TYPES: Mapping[str, str] = MappingProxyType(
    {"upload.js": "text/javascript; charset=utf-8", "style.css": "text/css; charset=utf-8"}
)


@cache
def page() -> bytes:
    return (_FOLDER / "index.html").read_bytes()


@cache
def asset(name: str) -> bytes:
    """One of `ASSET_TYPES`."""
    return (_FOLDER / name).read_bytes()
