"""TempURL: Swift's signatures that let somebody without a token do one thing for a while.

A signature is an HMAC, under a key that Swift knows, of the method, the expiry and the path. The path is the
decoded one (`/v1/AUTH_x/container/object`); only the URL is percent-encoded. A prefix signature covers
every object whose name starts with the prefix, so a prefix that does not end in `/` would cover its
siblings too, and an empty one the whole container: neither is signed here.

A signature for PUT also allows HEAD, and one for GET allows HEAD. `filename` is not signed: whoever holds
the URL may change it.
"""

from __future__ import annotations

import enum
import hmac
from collections.abc import Iterable
from urllib.parse import quote, urlencode


class Digest(enum.Enum):
    """A hash that TempURL signatures can use; best first."""

    SHA256 = "sha256"
    SHA512 = "sha512"
    SHA1 = "sha1"


class NoCommonDigest(ValueError):
    """The cluster accepts no digest that we can make."""


def best_digest(offered: Iterable[str]) -> Digest:
    """Choose from `tempurl.allowed_digests` of a cluster's `/info`: SHA-1 only when nothing else is there."""
    names = set(offered)
    for digest in Digest:
        if digest.value in names:
            return digest
    raise NoCommonDigest(f"the cluster accepts only these TempURL digests: {sorted(names)}")


def object_query(  # noqa: PLR0913 - each argument is a part of the signature or of the URL
    key: bytes,
    method: str,
    path: str,
    *,
    expires_at: int,
    digest: Digest = Digest.SHA256,
    filename: str | None = None,
    addresses: str | None = None,
) -> str:
    """Sign METHOD on one object; return the URL's query string.

    `path` is `/v1/<account>/<container>/<object>`, decoded. `expires_at` is in Unix seconds. With `filename`
    Swift's Content-Disposition offers that name to the person who downloads. With `addresses`, a network such
    as `192.0.2.0/24`, it is valid for clients that Swift sees there.
    """
    signature = _signature(key, digest, method, expires_at, path, addresses)
    query = {"temp_url_sig": signature, "temp_url_expires": str(expires_at)}
    if addresses is not None:
        query["temp_url_ip_range"] = addresses
    if filename is not None:
        query["filename"] = filename
    return urlencode(query, quote_via=quote)


def prefix_query(  # noqa: PLR0913 - each argument is a part of the signature or of the URL
    key: bytes,
    method: str,
    container_path: str,
    prefix: str,
    *,
    expires_at: int,
    digest: Digest = Digest.SHA256,
) -> str:
    """Sign METHOD on every object below a prefix; return the query string that fits all of them.

    `container_path` is `/v1/<account>/<container>`, decoded; the prefix is not empty and ends in `/`,
    otherwise `ValueError`. Older clusters have no such signatures.
    """
    if not prefix.strip("/") or not prefix.endswith("/"):
        raise ValueError(f"a signed prefix must not be empty and must end in '/': {prefix!r}")
    signature = _signature(key, digest, method, expires_at, f"prefix:{container_path}/{prefix}")
    quoted = quote(prefix, safe="")
    return f"temp_url_sig={signature}&temp_url_expires={expires_at}&temp_url_prefix={quoted}"


def _signature(  # noqa: PLR0913, PLR0917 - what is signed
    key: bytes, digest: Digest, method: str, expires_at: int, path: str, addresses: str | None = None
) -> str:
    limit = "" if addresses is None else f"ip={addresses}\n"
    message = f"{limit}{method}\n{expires_at}\n{path}".encode()
    return hmac.digest(key, message, digest.value).hex()
