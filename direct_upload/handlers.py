"""What all handlers share: collaborators, security, reading and writing of JSON, and errors as problems."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel
from tornado.web import HTTPError, RequestHandler

from direct_upload import request_id
from direct_upload.client_address import client_address, is_trusted
from direct_upload.commits import Commits
from direct_upload.core.faults import log_failure
from direct_upload.core.service import UploadService
from direct_upload.drain import Drain
from direct_upload.identity import Caller, Identity
from direct_upload.identity.tokens import TokenBook, bearer_token
from direct_upload.metrics import Metrics
from direct_upload.problems import problem_of
from direct_upload.spans import NO_SPAN, Span, Tracing
from direct_upload.storage import Storage
from swift_store import same_origin
from swift_store.errors import MEDIA_TYPE, Problem
from swift_store.security_headers import SECURITY_HEADERS
from swift_store.settings import Settings

M = TypeVar("M", bound=BaseModel)

# Addresses whose answers depend on who asks.
PERSONAL = ("/api/", "/files/")
_SERVER_ERROR = 500


@dataclass(frozen=True)
class Site:
    """What the handlers work with. `now` gives Unix seconds, `randomness(n)` n random bytes."""

    settings: Settings
    uploads: UploadService
    storage: Storage
    identity: Identity
    tokens: TokenBook
    commits: Commits
    metrics: Metrics
    drain: Drain
    now: Callable[[], float]
    randomness: Callable[[int], bytes]

    @property
    def tracing(self) -> Tracing:
        return self.uploads.telemetry.tracing


class SiteHandler(RequestHandler):
    """A handler with our collaborators, our headers and our errors."""

    SUPPORTED_METHODS: ClassVar[tuple[str, ...]] = ("GET", "HEAD", "POST", "DELETE")  # type: ignore[misc]

    site: Site
    has_token: bool = False
    request_id: str = ""
    # Probes come every few seconds; nobody wants to see where their time goes.
    is_traced: ClassVar[bool] = True

    def initialize(self, site: Site) -> None:
        self.site = site
        self._caller: Caller | None = None
        self._span = NO_SPAN
        self.request_id = request_id.chosen(
            self.request.headers.get(request_id.HEADER),
            is_believed=self._is_from_proxy,
            randomness=site.randomness,
        )
        self.set_header(request_id.HEADER, self.request_id)
        site.drain.enter()

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in SECURITY_HEADERS.items():
            self.set_header(name, value)
        self.set_header("Cache-Control", "no-store")
        if self.request_id:
            self.set_header(request_id.HEADER, self.request_id)

    async def prepare(self) -> None:
        """Refuse what another site's page asks for, and end kept-alive connections once we are stopping."""
        self._observe()
        if self.site.drain.stopping:
            self.set_header("Connection", "close")
        headers = self.request.headers
        token = bearer_token(headers.get("Authorization"))
        if token is not None and self.local_path.startswith(PERSONAL):
            # No page of another site can send this header, and no cookie counts beside it.
            self._caller, self.has_token = await self.site.tokens.caller_of(token), True
            return
        same_origin.check(
            self.request.method or "",
            headers.get("Sec-Fetch-Site"),
            headers.get("Origin"),
            self.site.settings.site_origins,
        )

    def on_finish(self) -> None:
        self.site.drain.leave()
        self._span.set({"http.response.status_code": self.get_status()})
        if self.get_status() >= _SERVER_ERROR:
            self._span.fail(str(self.get_status()))
        self._span.end()

    def _observe(self) -> None:
        """From here on the request's task, and what it starts, is known to logs, traces and Swift."""
        self._span = self._begun_span()
        trace = {} if self._span.trace_id is None else {"trace_id": self._span.trace_id}
        request_id.enter(self.request_id, **trace)

    def _begun_span(self) -> Span:
        if not self.is_traced:
            self.site.tracing.pass_over()
            return NO_SPAN
        method, handler = self.request.method or "", type(self).__name__
        attributes = {
            "http.request.method": method,
            "direct_upload.handler": handler,
            "direct_upload.request_id": self.request_id,
        }
        # A stranger could give our traces any beginning.
        carrier = self.request.headers if self._is_from_proxy else {}
        return self.site.tracing.begin(f"{method} {handler}", attributes, carrier)

    @property
    def _is_from_proxy(self) -> bool:
        return is_trusted(self.request.remote_ip or "", self.site.settings.trusted_proxies or ())

    @property
    def caller(self) -> Caller:
        """Who asks; a `Problem` when that must be known and is not."""
        if self._caller is None:
            self._caller = self.site.identity.caller_of(self)
        return self._caller

    @property
    def owner(self) -> str:
        """The owner whose files the caller works with."""
        return self.caller.owner

    @property
    def local_path(self) -> str:
        """The request's path below the prefix where the site is mounted."""
        return self.request.path.removeprefix(self.site.uploads.prefix)

    @property
    def client_address(self) -> str:
        """Where the request comes from, seen through our own proxies only."""
        request = self.request
        forwarded_for = request.headers.get_list("X-Forwarded-For")
        return client_address(
            request.remote_ip or "", forwarded_for, self.site.settings.trusted_proxies or ()
        )

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

    def goes_to_sign_in(self, problem: Problem) -> bool:
        """Whether it is a person who opened this address and has to sign in; the answer then goes there."""
        address, headers = problem.members.get("sign_in_url"), self.request.headers
        opens_page = "text/html" in headers.get("Accept", "") and not self.local_path.startswith("/api/")
        if address is None or not opens_page:
            return False
        self.redirect(f"{address}?{urlencode({'next': self.request.path})}")
        return True

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        problem = self.problem(status_code, kwargs)
        if self.goes_to_sign_in(problem):
            return
        self.site.metrics.problems.labels(problem.code).inc()
        write_problem(self, problem, self.request_id)

    def compute_etag(self) -> str | None:
        """No conditional requests: an answer of ours is true only at its moment."""
        return None

    def log_exception(
        self,
        _typ: type[BaseException] | None,
        value: BaseException | None,
        _tb: TracebackType | None,
    ) -> None:
        if value is not None and not isinstance(value, HTTPError):
            log_failure(value, problem_of(value))


def write_problem(handler: RequestHandler, problem: Problem, request_id: str | None = None) -> None:
    """Finish with the problem as JSON; by the request's id the operator finds it in the log."""
    handler.set_status(problem.status)
    handler.set_header("Content-Type", MEDIA_TYPE)
    if problem.retry_after is not None:
        handler.set_header("Retry-After", str(problem.retry_after))
    if problem.status == HTTPStatus.UNAUTHORIZED:
        handler.set_header("WWW-Authenticate", "Bearer")
    if problem.status == HTTPStatus.METHOD_NOT_ALLOWED:
        handler.set_header("Allow", ", ".join(_allowed_methods(handler)))
    # As text: Tornado would give a dict the type of plain JSON.
    named = {} if request_id is None else {"request_id": request_id}
    handler.finish(json.dumps(problem.document() | named))


def _allowed_methods(handler: RequestHandler) -> list[str]:
    names = [(method, method.lower()) for method in handler.SUPPORTED_METHODS]
    return [
        method for method, name in names if getattr(type(handler), name) is not getattr(RequestHandler, name)
    ]


class NothingHere(SiteHandler):
    """Answers every address that is not in the table."""

    SUPPORTED_METHODS = RequestHandler.SUPPORTED_METHODS  # type: ignore[misc]

    async def prepare(self) -> None:
        await super().prepare()
        raise HTTPError(404)
