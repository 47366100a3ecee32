"""The WSGI application: the route table, and what happens around every view."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.wrappers import Request, Response

from proxy_upload import security, views
from proxy_upload.cooperative import READ_AHEAD, CooperativeInput
from proxy_upload.problems import headers_of, nothing_here, wrong_method
from proxy_upload.settings import STREAM_PIECE_BYTES, Input, Push
from proxy_upload.site import Site
from swift_store import same_origin
from swift_store.errors import Problem, problem_of

_log = logging.getLogger("proxy_upload")

View = Callable[..., Response]


@dataclass(frozen=True)
class Route:
    """An address. `personal`: the answer depends on who asks, and keeps the cookie alive."""

    path: str
    view: View
    method: str = "GET"
    personal: bool = True


ROUTES = (
    Route("/", views.index),
    Route("/ping", views.ping, personal=False),
    Route("/static/<name>", views.static, personal=False),
    Route("/upload", views.upload, method="POST"),
    Route("/files", views.files),
    Route("/files/<upload_id>", views.download),
    Route("/uploads/<upload_id>", views.status),
)


def make_app(site: Site) -> WSGIApplication:
    """The site as a WSGI application, with the input that its settings ask for."""
    app = _App(site)
    if site.proxy.input is Input.PLAIN:
        return app
    # An upload that streams holds what it has read ahead for as long as Swift is busy.
    ahead = STREAM_PIECE_BYTES if site.proxy.push is Push.STREAM else READ_AHEAD
    return CooperativeInput(app, read_ahead=ahead)


class _App:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._rules = Map(
            [Rule(route.path, methods=[route.method], endpoint=route) for route in ROUTES],
            redirect_defaults=False,
            merge_slashes=False,
        )

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ, populate_request=False)
        _bound_silence(environ, self._site.proxy.client_timeout)
        try:
            response = self._answer(request)
        except Exception as error:  # noqa: BLE001 - the outermost shell: an error here is an answer
            response = _refusal(error)
        for name, value in security.HEADERS.items():
            response.headers.setdefault(name, value)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        same_origin.check(
            request.method,
            request.headers.get("Sec-Fetch-Site"),
            request.headers.get("Origin"),
            self._site.origins,
        )
        route, arguments = self._matched(request)
        if not route.personal:
            return route.view(self._site, request, "", **arguments)
        identity = self._site.identity
        owner = identity.owner_of(request.cookies.get(identity.cookie))
        response = route.view(self._site, request, owner, **arguments)
        response.headers.add("Set-Cookie", identity.set_cookie(owner))
        return response

    def _matched(self, request: Request) -> tuple[Route, dict[str, str]]:
        try:
            route, arguments = self._rules.bind_to_environ(request.environ).match()
        except (NotFound, RequestRedirect) as error:
            raise nothing_here() from error
        except MethodNotAllowed as error:
            raise wrong_method() from error
        return route, dict(arguments)


def _bound_silence(environ: WSGIEnvironment, seconds: float) -> None:
    """Bound every wait for the client's next bytes, also for those of a body that was refused and is thrown
    away.

    gunicorn's threads and greenlets would wait forever. Each worker class sets its sockets anew between
    requests, or bounds that wait by itself.
    """
    connection = environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(seconds)


def _refusal(error: Exception) -> Response:
    problem = problem_of(error)
    cause = error.__cause__
    headers = dict(headers_of(problem))
    if isinstance(cause, MethodNotAllowed):
        headers["Allow"] = ", ".join(sorted(cause.valid_methods or ()))
    if problem.code == "internal-error":
        _log.error("unforeseen error", exc_info=error)
    elif not isinstance(error, (Problem, HTTPException)):
        _log.warning("%s", error)
    return Response(json.dumps(problem.document()), problem.status, headers=headers)
