"""In a WSGI site: Flask, Django, or any other, on workers with threads or without."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from direct_upload.core import http
from direct_upload.core.blocking import BlockingUploads
from direct_upload.core.body_size import MAX_BODY_BYTES
from direct_upload.core.http import Answer, Request
from swift_store.settings import Settings

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class WsgiUploads(BlockingUploads):
    """Uploads below PREFIX, such as `/uploads`; give every request there to `for_person`."""

    METHODS = http.METHODS

    def __init__(self, settings: Settings, prefix: str) -> None:
        super().__init__(settings, prefix)

    def for_person(self, person: str | None) -> WSGIApplication:
        """A WSGI application that answers as to this person; a Flask view may just return it.

        PERSON is whatever never changes of somebody and belongs to nobody else; None for somebody unknown.
        """

        def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            answer = self.answer(_request(environ, self._prefix), person)
            start_response(_status(answer.status), _headers(answer))
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

        return application


def _request(environ: WSGIEnvironment, prefix: str) -> Request:
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return Request(
        environ["REQUEST_METHOD"],
        # WSGI has bytes in the form of Latin-1.
        path.encode("latin-1").decode(errors="replace").removeprefix(prefix),
        environ.get("QUERY_STRING", ""),
        headers,
        _body(environ),
        environ.get("REMOTE_ADDR", ""),
    )


def _body(environ: WSGIEnvironment) -> bytes:
    length = environ.get("CONTENT_LENGTH") or ""
    most = MAX_BODY_BYTES + 1
    if length.isdecimal():
        # A number of more digits than Python converts is refused as any other that is too big.
        most = min(most, int(length[:18]) if len(length) <= 18 else most)  # noqa: PLR2004
    elif not environ.get("wsgi.input_terminated"):
        return b""
    body: bytes = environ["wsgi.input"].read(most)
    return body


def _status(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"


def _headers(answer: Answer) -> list[tuple[str, str]]:
    return [*answer.headers.items(), ("Content-Length", str(len(answer.body)))]
