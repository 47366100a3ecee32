"""Who somebody is: the one seam where a site's own sign-in comes in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from tornado.web import RequestHandler


@dataclass(frozen=True)
class Caller:
    """Who asks: the owner of files (32 lower-case hex digits), and a name for people, if there is one."""

    owner: str = field(repr=False)
    name: str | None = None


class Identity(Protocol):
    """Tells who made a request."""

    @property
    def kind(self) -> Enum:
        """What kind of identity it is; the value is its name."""

    def caller_of(self, handler: RequestHandler) -> Caller:
        """The caller, or a `Problem`. May set cookies."""
