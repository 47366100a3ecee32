"""The rest of the site in Tornado: the same addresses and answers as in `views`, with blocking calls in
threads.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ParamSpec, TypeVar

from tornado.web import HTTPError, RequestHandler

from proxy_upload import documents, security
from proxy_upload.page import ASSET_TYPES, asset, page
from proxy_upload.problems import headers_of, nothing_here, wrong_method
from proxy_upload.site import Site
from proxy_upload.views import PAGE_FILES
from swift_store import same_origin
from swift_store.errors import Problem, problem_of
from swift_store.files import StoredFile
from swift_store.names import is_upload_id

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger("proxy_upload")


class AsyncHandler(RequestHandler):
    """A handler with the site, the caller's owner, our headers and our errors."""

    site: Site

    def initialize(self, site: Site) -> None:
        self.site = site
        self.owner = ""

    @property
    def finished(self) -> bool:
        return self._finished

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in security.HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> Awaitable[None] | None:
        headers = self.request.headers
        same_origin.check(
            self.request.method or "", headers.get("Sec-Fetch-Site"), headers.get("Origin"), self.site.origins
        )
        identity = self.site.identity
        self.owner = identity.owner_of(self.get_cookie(identity.cookie))
        self.set_header("Set-Cookie", identity.set_cookie(self.owner))
        return None

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Await a blocking call."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, lambda: call(*args, **kwargs))

    def answer(self, status: int, document: Mapping[str, Any]) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(document))

    def refuse(self, error: BaseException) -> None:
        """Finish with the problem behind ERROR."""
        problem = _problem_of(error)
        if problem.code == "internal-error":
            _log.error("unforeseen error", exc_info=error)
        self.set_status(problem.status)
        for name, value in headers_of(problem).items():
            self.set_header(name, value)
        self.finish(json.dumps(problem.document()))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.refuse(kwargs["exc_info"][1] if "exc_info" in kwargs else HTTPError(status_code))

    def log_exception(self, *_: Any) -> None:
        """`refuse` has logged what nobody foresaw."""

    async def stored(self, upload_id: str) -> StoredFile:
        """The caller's file with this id, or `not-found`."""
        find = self.site.storage.files.find
        file = await self.run(find, self.owner, upload_id) if is_upload_id(upload_id) else None
        if file is None:
            raise Problem("not-found", "You have no file with this id. It may have been deleted.")
        return file


class Ping(AsyncHandler):
    def prepare(self) -> None:
        """The smallest answer needs no cookie."""

    def get(self) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish("pong\n")


class Page(AsyncHandler):
    def get(self) -> None:
        self.set_header("Content-Security-Policy", security.PAGE_POLICY)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(page())


class Static(AsyncHandler):
    def get(self, name: str) -> None:
        if name not in ASSET_TYPES:
            raise nothing_here()
        self.set_header("Content-Type", ASSET_TYPES[name])
        self.finish(asset(name))


class Files(AsyncHandler):
    async def get(self) -> None:
        after = self.get_query_argument("after", None)
        if after is not None and not is_upload_id(after):
            raise Problem("invalid-request", "The parameter 'after' takes the 'next' of the page before.")
        listing = await self.run(self.site.storage.files.page, self.owner, after=after, limit=PAGE_FILES)
        self.answer(200, documents.page_document(listing))


class Download(AsyncHandler):
    async def get(self, upload_id: str) -> None:
        file = await self.stored(upload_id)
        self.redirect(await self.run(self.site.storage.download_url, file, now=self.site.now()))


class Status(AsyncHandler):
    async def get(self, upload_id: str) -> None:
        file = await self.stored(upload_id)
        self.answer(200, {**documents.file_document(file), "state": "stored"})


class NothingHere(AsyncHandler):
    def prepare(self) -> None:
        raise nothing_here()


def _problem_of(error: BaseException) -> Problem:
    if isinstance(error, HTTPError):
        known = {404: nothing_here, 405: wrong_method}
        unclear = Problem("invalid-request", "The request could not be understood.")
        return known[error.status_code]() if error.status_code in known else unclear
    return problem_of(error)
