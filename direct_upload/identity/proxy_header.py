"""A reverse proxy has signed people in already, and names them in a header."""

from __future__ import annotations

from collections.abc import Callable

from tornado.web import RequestHandler

from direct_upload.client_address import Networks, is_trusted
from direct_upload.identity import Caller
from swift_store.errors import Problem
from swift_store.owners import owner_of
from swift_store.settings import IdentityKind

_MAX_CHARACTERS = 255


class ProxyHeader:
    """Whoever the header of a trusted proxy names. A request that did not come through one is refused."""

    kind = IdentityKind.PROXY_HEADER

    def __init__(self, header: str, trusted: Networks, owner_key: Callable[[], bytes]) -> None:
        self._header = header
        self._trusted = trusted
        self._owner_key = owner_key

    def caller_of(self, handler: RequestHandler) -> Caller:
        request = handler.request
        # The connection's own address: what a header says of it is for the proxy to say.
        if not is_trusted(request.remote_ip or "", self._trusted):
            raise Problem(
                "not-through-proxy", "This site is reached through its proxy only; use its address."
            )
        names = request.headers.get_list(self._header)
        if len(names) != 1 or not names[0].strip() or len(names[0]) > _MAX_CHARACTERS:
            raise Problem("sign-in-needed", "The proxy did not say who you are. Sign in there.")
        name = _readable(names[0].strip())
        return Caller(owner_of(self._owner_key(), self.kind.value, name), name)


def _readable(name: str) -> str:
    """Header values arrive byte by byte; most proxies send UTF-8."""
    try:
        return name.encode("latin-1").decode()
    except UnicodeError:
        return name
