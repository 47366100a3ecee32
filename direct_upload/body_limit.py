"""How big a request's body may be, and the answer to one that is bigger."""

from __future__ import annotations

import sys
from typing import Any, cast

from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher
from tornado.web import RequestHandler, stream_request_body

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
    """Throws the body away as it comes, and then refuses.

    Tornado alone would say "Bad Request" and hang up. To a client in the middle of sending, a connection that
    is closed hides the answer, so the answer waits for the body; the server's time for a body bounds that.
    """

    SUPPORTED_METHODS = RequestHandler.SUPPORTED_METHODS  # type: ignore[misc]

    def initialize(self, site: Site) -> None:
        super().initialize(site)
        cast(HTTP1Connection, self.request.connection).set_max_body_size(sys.maxsize)

    def data_received(self, chunk: bytes) -> None:
        """Throw it away."""

    def post(self, *_: str) -> None:
        detail = f"A request's body has at most {MAX_BODY_BYTES} bytes. Send the file itself to target.url."
        raise Problem("request-too-large", detail, limit=MAX_BODY_BYTES)

    get = head = put = patch = delete = options = post
