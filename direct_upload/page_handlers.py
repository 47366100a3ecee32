"""The page and its assets, as the front-end's build made them."""

from __future__ import annotations

from collections.abc import Generator
from html import escape
from pathlib import Path
from typing import Any

from tornado.web import StaticFileHandler

from direct_upload.core.static_files import POLICY, STATIC, cache_control
from direct_upload.handlers import SiteHandler, write_problem
from swift_store.security_headers import SECURITY_HEADERS

# Pictures are previewed from where they are stored, and recordings before they are sent: those are blobs.
_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob: {swift}; media-src blob:; connect-src 'self' {swift}; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_PERMISSIONS = "camera=(self), display-capture=(self), microphone=(self), geolocation=(), payment=(), usb=()"

_ERROR_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><h1>{title}</h1><p>{detail}</p></html>
"""


class Page(SiteHandler):
    """The one page. Without Swift's address its scripts could not upload, so it waits for that."""

    def get(self) -> None:
        policy = _POLICY.format(swift=self.site.storage.public_origin)
        _ = self.owner
        self.set_header("Content-Security-Policy", policy)
        self.set_header("Permissions-Policy", _PERMISSIONS)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish((STATIC / "index.html").read_bytes())

    head = get

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A person reads this one, so it is a page, and one that tries again by itself."""
        problem = self.problem(status_code, kwargs)
        if self.goes_to_sign_in(problem):
            return
        self.set_status(problem.status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        if problem.retry_after is not None:
            self.set_header("Retry-After", str(problem.retry_after))
            self.set_header("Refresh", str(problem.retry_after))
        self.finish(_ERROR_PAGE.format(title=problem.status.phrase, detail=escape(problem.detail)))


class Assets(StaticFileHandler):
    """The scripts, styles and pictures of the page, and the element for other pages."""

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in {**SECURITY_HEADERS, **POLICY}.items():
            self.set_header(name, value)

    @classmethod
    def get_content(
        cls, abspath: str, start: int | None = None, end: int | None = None
    ) -> Generator[bytes, None, None]:
        """All at once: a file that is open until a slow client has it would take a descriptor for each."""
        yield Path(abspath).read_bytes()[start:end]

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        write_problem(self, SiteHandler.problem(status_code, kwargs))

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", cache_control(path))
