"""In a Tornado site: our handlers below a prefix, with the site's own identity."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AsyncExitStack
from enum import Enum
from typing import Self

from tornado.routing import PathMatches, Rule
from tornado.web import RedirectHandler, RequestHandler

from direct_upload.app import routes
from direct_upload.core.making import running
from direct_upload.core.service import UploadService
from direct_upload.handlers import NothingHere
from direct_upload.identity import Caller
from direct_upload.server import make_site
from swift_store.declarations import ConfigurationError
from swift_store.errors import Problem
from swift_store.settings import IdentityKind, Settings

Who = Callable[[RequestHandler], str | None]


class EmbeddedKind(Enum):
    """The kind of an identity that comes from the site around us."""

    EMBEDDED = "embedded"


class TornadoUploads:
    """The whole site, its page included, below PREFIX: put `routes` into your `Application`.

    WHO tells from a request's handler what never changes of the person who asks and belongs to nobody else,
    or None for somebody unknown; without it the settings decide. Keep it going with `async with uploads:`.
    `service` has everything as methods.
    """

    def __init__(self, settings: Settings, prefix: str, who: Who | None = None) -> None:
        if who is None and settings.identity is IdentityKind.OIDC:
            raise ConfigurationError("sign-in by OpenID Connect needs a site of its own; say who somebody is")
        site = make_site(settings, prefix, None if who is None else _Embedded(who, lambda: self.service))
        self.service: UploadService = site.uploads
        self.routes: list[Rule] = [
            *routes(site),
            Rule(PathMatches(re.escape(prefix)), RedirectHandler, {"url": f"{prefix}/", "permanent": False}),
            Rule(PathMatches(f"{re.escape(prefix)}/.*"), NothingHere, {"site": site}),
        ]
        self._life = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._life.enter_async_context(running(self.service))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._life.aclose()


class _Embedded:
    """Whoever the site around us knows."""

    kind = EmbeddedKind.EMBEDDED

    def __init__(self, who: Who, service: Callable[[], UploadService]) -> None:
        self._who = who
        self._service = service

    def caller_of(self, handler: RequestHandler) -> Caller:
        person = self._who(handler)
        if person is None:
            raise Problem("sign-in-needed", "Sign in first, or again.")
        return Caller(self._service().owner_of(person))
