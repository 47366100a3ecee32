"""What all handlers share: collaborators, security, reading and writing of JSON, and errors as problems."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel
from tornado.web import HTTPError, RequestHandler

from direct_upload.drain import Drain
from direct_upload.identity import Identity
from direct_upload.metrics import Metrics
from direct_upload.problems import problem_of
from direct_upload.storage import Storage
from swift_store import same_origin
from swift_store.errors import MEDIA_TYPE, Problem
from swift_store.security_headers import SECURITY_HEADERS
from swift_store.settings import Settings

M = TypeVar("M", bound=BaseModel)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Site:
    """What the handlers work with. `now` gives Unix seconds, `randomness(n)` n random bytes."""

    settings: Settings
    storage: Storage
    identity: Identity
    metrics: Metrics
    drain: Drain
    now: Callable[[], float]
    randomness: Callable[[int], bytes]


class SiteHandler(RequestHandler):
    """A handler with our collaborators, our headers and our errors."""

    SUPPORTED_METHODS: ClassVar[tuple[str, ...]] = ("GET", "HEAD", "POST", "DELETE")  # type: ignore[misc]

    site: Site

    def initialize(self, site: Site) -> None:
        self.site = site
        site.drain.enter()

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in SECURITY_HEADERS.items():
            self.set_header(name, value)
        self.set_header("Cache-Control", "no-store")

    def prepare(self) -> None:
        """Refuse what another site's page asks for, and end kept-alive connections once we are stopping."""
        if self.site.drain.stopping:
            self.set_header("Connection", "close")
        headers = self.request.headers
        same_origin.check(
            self.request.method or "",
            headers.get("Sec-Fetch-Site"),
            headers.get("Origin"),
            self.site.settings.site_origins,
        )

    def on_finish(self) -> None:
        self.site.drain.leave()

    @property
    def owner(self) -> str:
        """The caller."""
        return self.site.identity.owner_of(self)

    def read(self, message: type[M]) -> M:
        """The request's body as MESSAGE; its faults become problems."""
        return message.model_validate_json(self.request.body)

    def answer(self, status: int, message: BaseModel) -> None:
        """Finish with MESSAGE as JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(message.model_dump_json())

    @staticmethod
    def problem(status_code: int, details: Mapping[str, Any]) -> Problem:
        """The problem behind a call of `write_error`."""
        return problem_of(details["exc_info"][1] if "exc_info" in details else HTTPError(status_code))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        problem = self.problem(status_code, kwargs)
        self.site.metrics.problems.labels(problem.code).inc()
        write_problem(self, problem)

    def compute_etag(self) -> str | None:
        """No conditional requests: an answer of ours is true only at its moment."""
        return None

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """A refusal is no incident: only what we did not foresee gets a traceback."""
        if value is None or isinstance(value, (Problem, HTTPError)):
            return
        if problem_of(value).code == "internal-error":
            _log.error("unforeseen error", exc_info=(typ, value, tb))  # type: ignore[arg-type]
        elif problem_of(value).status >= 500:  # noqa: PLR2004 - server errors
            _log.warning("%s", value)


def write_problem(handler: RequestHandler, problem: Problem) -> None:
    """Finish with the problem as JSON."""
    handler.set_status(problem.status)
    handler.set_header("Content-Type", MEDIA_TYPE)
    if problem.retry_after is not None:
        handler.set_header("Retry-After", str(problem.retry_after))
    if problem.status == HTTPStatus.METHOD_NOT_ALLOWED:
        handler.set_header("Allow", ", ".join(_allowed_methods(handler)))
    # As text: Tornado would give a dict the type of plain JSON.
    handler.finish(json.dumps(problem.document()))


def _allowed_methods(handler: RequestHandler) -> list[str]:
    names = [(method, method.lower()) for method in handler.SUPPORTED_METHODS]
    return [
        method for method, name in names if getattr(type(handler), name) is not getattr(RequestHandler, name)
    ]


class NothingHere(SiteHandler):
    """Answers every address that is not in the table."""

    SUPPORTED_METHODS = RequestHandler.SUPPORTED_METHODS  # type: ignore[misc]

    def prepare(self) -> None:
        super().prepare()
        raise HTTPError(404)
