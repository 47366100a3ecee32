"""The protocol over HTTP without a server: a request in, an answer out.

For sites in other frameworks than Tornado. It has what uploads and files need, and the element's script; the
page, links, tokens and sign-in are the Tornado site's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from pydantic import BaseModel

from direct_upload.core import body_size, static_files
from direct_upload.core.faults import log_failure, problem_of
from direct_upload.core.service import UploadService, page_limit
from direct_upload.messages import (
    CompleteBatch,
    CompleteRequest,
    SignaturesRequest,
    TicketRequest,
    UploadBatch,
    UploadRequest,
)
from swift_store import same_origin
from swift_store.errors import MEDIA_TYPE, Problem
from swift_store.security_headers import SECURITY_HEADERS

METHODS = ("GET", "HEAD", "POST", "DELETE")


@dataclass(frozen=True)
class Request:
    """`path` begins below the prefix, `headers` have lower-case names, `address` is the client's.

    Of a `body` above `body_size.MAX_BODY_BYTES` one byte more is enough to have it refused.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    address: str = ""


@dataclass(frozen=True)
class Answer:
    """What to send back."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class _Asked:
    service: UploadService
    request: Request
    owner: str

    @property
    def body(self) -> bytes:
        return self.request.body

    @property
    def query(self) -> Mapping[str, list[str]]:
        return parse_qs(self.request.query, keep_blank_values=True)


async def answer(service: UploadService, request: Request, person: str | None) -> Answer:
    """Answer a request of PERSON, by whatever never changes of them; None for somebody unknown.

    Never raises: what goes wrong is an answer too, and in the log where it is our fault.
    """
    try:
        return await _answered(service, request, person)
    except Exception as error:  # noqa: BLE001 - the outermost shell of the embedded site
        problem = problem_of(error)
        log_failure(error, problem)
        service.metrics.problems.labels(problem.code).inc()
        return _refusal(problem, _allowed(request.path))


async def _answered(service: UploadService, request: Request, person: str | None) -> Answer:
    headers = request.headers
    origins = service.settings.site_origins
    same_origin.check(request.method, headers.get("sec-fetch-site"), headers.get("origin"), origins)
    if len(request.body) > body_size.most_bytes(request.path):
        raise body_size.too_large(request.path)
    if request.method in {"GET", "HEAD"} and (file := static_files.find(request.path.lstrip("/"))):
        cached = static_files.cache_control(request.path.lstrip("/"))
        return _with({**static_files.POLICY, "Cache-Control": cached, "Content-Type": file.type}, file.body)
    call, parts = _call(request)
    if person is None:
        raise Problem("sign-in-needed", "Sign in first, or again.")
    return await call(_Asked(service, request, service.owner_of(person)), *parts)


def _call(request: Request) -> tuple[Call, tuple[str, ...]]:
    for pattern, methods in _ROUTES:
        if found := pattern.fullmatch(request.path):
            if request.method not in methods:
                raise Problem("method-not-allowed", "This address does not take that method.")
            return methods[request.method], found.groups()
    raise Problem("not-found", "There is nothing at this address.")


async def _create(asked: _Asked) -> Answer:
    wish = UploadRequest.model_validate_json(asked.body)
    return _json(201, await asked.service.create(asked.owner, wish, address=asked.request.address))


async def _create_many(asked: _Asked) -> Answer:
    items = UploadBatch.model_validate_json(asked.body).uploads
    return _json(200, await asked.service.create_many(asked.owner, items, address=asked.request.address))


async def _complete_many(asked: _Asked) -> Answer:
    items = CompleteBatch.model_validate_json(asked.body).uploads
    return _json(200, await asked.service.complete_many(asked.owner, items, address=asked.request.address))


async def _renew(asked: _Asked, upload_id: str) -> Answer:
    ticket = TicketRequest.model_validate_json(asked.body).ticket
    return _json(200, await asked.service.renew(asked.owner, upload_id, ticket))


async def _sign(asked: _Asked, upload_id: str) -> Answer:
    wish = SignaturesRequest.model_validate_json(asked.body)
    return _json(200, await asked.service.sign(asked.owner, upload_id, wish.ticket, wish.segments))


async def _complete(asked: _Asked, upload_id: str) -> Answer:
    wish = CompleteRequest.model_validate_json(asked.body)
    done = await asked.service.complete(
        asked.owner, upload_id, wish.ticket, wish.segments, address=asked.request.address
    )
    return _json(201 if done.is_new else 200, done.file)


async def _discard(asked: _Asked, upload_id: str) -> Answer:
    ticket = asked.request.headers.get("upload-ticket", "")
    await asked.service.discard(asked.owner, upload_id, ticket)
    return _with({}, status=204)


async def _files(asked: _Asked) -> Answer:
    given = {name: values[-1] for name, values in asked.query.items()}
    after, limit = given.get("after"), page_limit(given.get("limit"))
    return _json(200, await asked.service.files(asked.owner, after=after, limit=limit))


async def _find(asked: _Asked, file_id: str) -> Answer:
    return _json(200, await asked.service.find(asked.owner, file_id))


async def _delete(asked: _Asked, file_id: str) -> Answer:
    await asked.service.delete(asked.owner, file_id)
    return _with({}, status=204)


async def _download(asked: _Asked, file_id: str) -> Answer:
    inline = "inline" in asked.query
    location = await asked.service.download_url(asked.owner, file_id, inline=inline)
    return _with({"Location": location}, status=302)


def _with(headers: Mapping[str, str], body: bytes = b"", status: int = 200) -> Answer:
    return Answer(status, {**SECURITY_HEADERS, "Cache-Control": "no-store", **headers}, body)


def _json(status: int, message: BaseModel) -> Answer:
    body = message.model_dump_json().encode()
    return _with({"Content-Type": "application/json"}, body, status)


def _refusal(problem: Problem, allowed: str) -> Answer:
    headers = {"Content-Type": MEDIA_TYPE}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    if problem.code == "method-not-allowed":
        headers["Allow"] = allowed
    return _with(headers, json.dumps(problem.document()).encode(), int(problem.status))


def _allowed(path: str) -> str:
    return ", ".join(next((methods for pattern, methods in _ROUTES if pattern.fullmatch(path)), ()))


Call = Callable[..., Awaitable[Answer]]

_ID = "([^/]+)"
_ROUTES: tuple[tuple[re.Pattern[str], Mapping[str, Call]], ...] = tuple(
    (re.compile(path), methods)
    for path, methods in (
        ("/api/uploads", {"POST": _create}),
        ("/api/uploads/batch", {"POST": _create_many}),
        ("/api/uploads/complete", {"POST": _complete_many}),
        (f"/api/uploads/{_ID}", {"DELETE": _discard}),
        (f"/api/uploads/{_ID}/renew", {"POST": _renew}),
        (f"/api/uploads/{_ID}/signatures", {"POST": _sign}),
        (f"/api/uploads/{_ID}/complete", {"POST": _complete}),
        ("/api/files", {"GET": _files}),
        (f"/api/files/{_ID}", {"GET": _find, "DELETE": _delete}),
        (f"/files/{_ID}", {"GET": _download}),
    )
)
