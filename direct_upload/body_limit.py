"""How big a request's body may be, and the answer to one that is bigger."""

from __future__ import annotations

import sys
from typing import Any, cast

from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.routing import Matcher
from tornado.web import RequestHandler, stream_request_body

from direct_upload.core import body_size
from direct_upload.handlers import Site, SiteHandler

# More digits than any body can have; Python refuses to convert really long numbers.
_MAX_DIGITS = 18


def announces_more(headers: HTTPHeaders, most_bytes: int) -> bool:
    """Whether a request says that its body has more bytes than that."""
    length = headers.get("Content-Length", "")
    return length.isdecimal() and (len(length) > _MAX_DIGITS or int(length) > most_bytes)


class BodyOverLimit(Matcher):
    """Matches requests that announce a body above their limit, below the prefix where the site is mounted."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        if self._prefix and not request.path.startswith(f"{self._prefix}/"):
            return None
        most = body_size.most_bytes(request.path.removeprefix(self._prefix))
        return {} if announces_more(request.headers, most) else None


@stream_request_body
class BodyTooLarge(SiteHandler):
    """Throws the body away as it comes, and then refuses.

    Tornado alone would say "Bad Request" and hang up. To a client in the middle of sending, a connection that
    is closed hides the answer, so the answer waits for the body; the server's time for a body bounds that.
    """

    SUPPORTED_METHODS = RequestHandler.SUPPORTED_METHODS  # type: ignore[misc]

    def initialize(self, site: Site) -> None:
        super().initialize(site)
        self._has_left = False
        cast(HTTP1Connection, self.request.connection).set_max_body_size(sys.maxsize)

    def data_received(self, chunk: bytes) -> None:
        """Throw it away."""

    def on_finish(self) -> None:
        self._leave()

    def on_connection_close(self) -> None:
        # Tornado does not finish a request whose sender hangs up in the middle of its body.
        self._leave()

    def _leave(self) -> None:
        if not self._has_left:
            self._has_left = True
            super().on_finish()

    def post(self, *_: str) -> None:
        raise body_size.too_large(self.local_path)

    get = head = put = patch = delete = options = post
