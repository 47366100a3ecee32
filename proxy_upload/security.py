"""Headers that every answer carries."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from swift_store.security_headers import SECURITY_HEADERS

HEADERS: Mapping[str, str] = MappingProxyType({**SECURITY_HEADERS, "Cache-Control": "no-store"})
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
