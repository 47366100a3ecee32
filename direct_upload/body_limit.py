"""How big a request's body may be, and the answer to one that is bigger."""

from __future__ import annotations

import sys
from typing import Any, cast

from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher
from tornado.web import stream_request_body

from direct_upload.handlers import Site, SiteHandler
from swift_store.errors import Problem

MAX_BODY_BYTES = 1 << 20
# More digits than any body can have; Python refuses to convert really long numbers.
_MAX_DIGITS = 18


class BodyOverLimit(Matcher):
    """Matches requests that announce a body above the limit."""

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        length = request.headers.get("Content-Length", "")
        over = length.isdecimal() and (len(length) > _MAX_DIGITS or int(length) > MAX_BODY_BYTES)
        return {} if over else None


@stream_request_body
class BodyTooLarge(SiteHandler):
    """Refuses before the body has come. Tornado itself would only say "Bad Request" and hang up."""

    def initialize(self, site: Site) -> None:
        super().initialize(site)
        # What a client sends nevertheless is read and thrown away until the server's time for a body is
        # over: to a client in the middle of sending, a closed connection would hide the answer.
        cast(HTTP1Connection, self.request.connection).set_max_body_size(sys.maxsize)

    def prepare(self) -> None:
        super().prepare()
        detail = f"A request's body has at most {MAX_BODY_BYTES} bytes. Send the file itself to target.url."
        raise Problem("request-too-large", detail, limit=MAX_BODY_BYTES)

    def data_received(self, chunk: bytes) -> None:
        """Throw it away."""
