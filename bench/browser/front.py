"""Serves the comparison's page under one address with the site's API, as the site's own page is served."""

import asyncio
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler, StaticFileHandler

_START_SECONDS: Final = 10.0
_ANSWER_SECONDS: Final = 300.0
_PASSED_ON: Final = ("Cookie", "Content-Type", "Origin", "Sec-Fetch-Site", "Upload-Ticket")
_PASSED_BACK: Final = ("Content-Type", "Retry-After")


class ApiRelay(RequestHandler):
    """Hands a request on to the site, and its answer back."""

    def initialize(self, site_port: int) -> None:
        self._site = f"http://127.0.0.1:{site_port}"

    async def _relay(self, *_: str) -> None:
        headers = {name: self.request.headers[name] for name in _PASSED_ON if name in self.request.headers}
        request = HTTPRequest(
            self._site + str(self.request.uri),
            method=str(self.request.method),
            headers=HTTPHeaders(headers),
            body=self.request.body or None,
            allow_nonstandard_methods=True,
            follow_redirects=False,
            request_timeout=_ANSWER_SECONDS,
        )
        try:
            answer = await AsyncHTTPClient().fetch(request, raise_error=False)
        except (HTTPClientError, OSError):
            self.send_error(502)
            return
        self.set_status(answer.code)
        for name in _PASSED_BACK:
            if name in answer.headers:
                self.set_header(name, answer.headers[name])
        for cookie in answer.headers.get_list("Set-Cookie"):
            self.add_header("Set-Cookie", cookie)
        # Tornado takes no body, not even an empty one, for answers that have none.
        self.finish(answer.body or None)

    get = post = delete = _relay


class Front:
    """The server, in a thread of its own; a context manager. Until `show` there is no API behind it."""

    def __init__(self, pages: Path) -> None:
        self._pages = pages
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="comparison pages")
        (self._socket,) = bind_sockets(0, "127.0.0.1")
        self.url = f"http://localhost:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._socket.close()
        self._loop.close()

    def show(self, site_port: int) -> None:
        """Begin to answer, with the API of the site at this port."""
        asyncio.run_coroutine_threadsafe(self._serve(site_port), self._loop).result(_START_SECONDS)

    async def _serve(self, site_port: int) -> None:
        pages = {"path": str(self._pages), "default_filename": "index.html"}
        routes: list[Any] = [
            (r"/api/.*", ApiRelay, {"site_port": site_port}),
            (r"/(.*)", StaticFileHandler, pages),
        ]
        HTTPServer(Application(routes, log_function=lambda _handler: None)).add_socket(self._socket)
