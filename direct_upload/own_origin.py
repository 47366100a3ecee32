"""Under which of our addresses somebody came."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from tornado.httputil import HTTPServerRequest


def own_origin(request: HTTPServerRequest, origins: Sequence[str]) -> str:
    """The address of ours under which the request came; our first one when its `Host` is none of them."""
    return next((origin for origin in origins if urlsplit(origin).netloc == request.host), origins[0])
