"""Readers of settings' texts: each takes what an operator wrote and returns the value.

They raise `ValueError` with the end of a sentence whose beginning is the variable's name: "takes ...".
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeVar
from urllib.parse import urlsplit

from swift_store import webhook_signing
from swift_store.keys import MIN_SECRET_CHARACTERS, is_weak
from swift_store.slo import MIB, MIN_SEGMENT_BYTES

E = TypeVar("E", bound=enum.Enum)

_UNITS = {"": 1, "B": 1, "KiB": 1 << 10, "MiB": MIB, "GiB": 1 << 30, "TiB": 1 << 40}
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}
# What stands here ends up in Content-Security-Policy and in CORS headers: no room for anything else.
_ORIGIN = re.compile(r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?/?")
# RFC 9110's token: what a header may be called.
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_ISSUER = re.compile(r"https?://[a-z0-9._\[\]:-]+(?:/[A-Za-z0-9._~/-]*)?")
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def byte_count(text: str) -> int:
    """Read `33554432` or `32MiB` (B, KiB, MiB, GiB, TiB)."""
    match = re.fullmatch(r"(\d+)\s*([KMGT]i)?B?", text.strip())
    if match is None:
        raise ValueError("takes a number of bytes such as 33554432, 32MiB or 1TiB")
    return int(match[1]) * _UNITS[f"{match[2]}B" if match[2] else ""]


def switch(text: str) -> bool:
    """Read `1 true yes on` or `0 false no off`."""
    if text.lower() not in _TRUE | _FALSE:
        raise ValueError("takes 1 or 0")
    return text.lower() in _TRUE


def words(text: str) -> tuple[str, ...]:
    """Read words with spaces between them."""
    return tuple(text.split())


def web_address(text: str) -> str:
    """Read `https://host/path`; where somebody listens to our own requests."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in text:
        raise ValueError("takes an address such as https://hooks.example.org/uploads")
    return text


def redis_address(text: str) -> str:
    if urlsplit(text).scheme not in {"redis", "rediss"}:
        raise ValueError("takes an address such as redis://localhost:6379/0 or rediss://...")
    return text


def callable_path(text: str) -> str:
    """Read `package.module:name`."""
    if not re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", text):
        raise ValueError("takes a function such as package.module:decide")
    return text


def webhook_secret(text: str) -> str:
    """Read `whsec_` and the base64 of 24 to 64 bytes, as the Standard Webhooks specification writes it."""
    try:
        key = webhook_signing.key_of(text)
    except ValueError:
        key = b""
    if not webhook_signing.MIN_KEY_BYTES <= len(key) <= webhook_signing.MAX_KEY_BYTES:
        raise ValueError(
            "takes whsec_ and the base64 of 24 to 64 bytes; make one with: "
            'python -c "import base64, secrets; '
            "print('whsec_' + base64.b64encode(secrets.token_bytes(32)).decode())\""
        )
    return text


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Make a reader for a whole number within limits."""

    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,15}", text) or not least <= int(text) <= most:
            raise ValueError(f"takes a whole number from {least} to {most}")
        return int(text)

    return read


def web_origin(text: str) -> str:
    """Read `https://host` or `https://host:port`; return it as browsers write it in `Origin`."""
    match = _ORIGIN.fullmatch(text.lower())
    if match is None:
        raise ValueError("takes an address such as https://upload.example.org, without a path")
    scheme, host, port = match.groups()
    return f"{scheme}://{host}" + ("" if port in {None, _DEFAULT_PORTS[scheme]} else f":{port}")


def web_origins(text: str) -> tuple[str, ...]:
    return tuple(web_origin(word) for word in text.split())


def container_name(text: str) -> str:
    # Swift's limit is 256 bytes; the private container's name is this one and `-private`.
    if text in {"", ".", ".."} or "/" in text or len(text.encode()) > 248:  # noqa: PLR2004
        raise ValueError("takes a name of at most 248 bytes without a slash")
    return text


def segment_bytes(text: str) -> int:
    size = byte_count(text)
    if size < MIN_SEGMENT_BYTES:
        raise ValueError("takes at least 1MiB: Swift slows the download of smaller segments down")
    return size


def secret(text: str) -> str:
    if is_weak(text):
        raise ValueError(
            f"takes at least {MIN_SECRET_CHARACTERS} random characters; "
            'make one with: python -c "import secrets; print(secrets.token_hex(32))"'
        )
    return text


def secrets(text: str) -> tuple[str, ...]:
    return tuple(secret(word) for word in text.split())


def one_of(choices: type[E]) -> Callable[[str], E]:
    """Make a reader for one of an enumeration's values."""

    def read(text: str) -> E:
        try:
            return choices(text)
        except ValueError as error:
            raise ValueError(f"takes one of: {', '.join(choice.value for choice in choices)}") from error

    return read


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read addresses and networks such as `10.0.0.0/8 192.0.2.7`, with spaces between them."""
    try:
        return tuple(ip_network(word) for word in text.split())
    except ValueError as error:
        raise ValueError("takes addresses and networks such as 192.0.2.7 or 10.0.0.0/8") from error


def header_name(text: str) -> str:
    if _HEADER_NAME.fullmatch(text) is None:
        raise ValueError("takes the name of a header such as X-Remote-User")
    return text


def issuer(text: str) -> str:
    """Read an OpenID Connect issuer; without TLS only on this machine."""
    local = text.startswith(("http://localhost:", "http://127.0.0.1:", "http://[::1]:"))
    if _ISSUER.fullmatch(text) is None or not (local or text.startswith("https://")):
        raise ValueError("takes the provider's issuer, such as https://login.example.org/realms/main")
    return text
