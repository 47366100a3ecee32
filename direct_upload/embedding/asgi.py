"""In an ASGI site: Starlette, FastAPI, or any other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AsyncExitStack
from typing import Any, Self

from direct_upload.core import http
from direct_upload.core.body_size import MAX_BODY_BYTES
from direct_upload.core.http import Request
from direct_upload.core.making import make_service, running
from direct_upload.core.service import UploadService
from swift_store.settings import Settings

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApplication = Callable[[Scope, Receive, Send], Awaitable[None]]


class AsgiUploads:
    """Uploads below PREFIX, such as `/uploads`; give every request there to `for_person`.

    Enter it (`async with uploads:`) in your site's lifespan. `service` has everything as methods.
    """

    METHODS = http.METHODS

    def __init__(self, settings: Settings, prefix: str) -> None:
        self.service: UploadService = make_service(settings, prefix)
        self._life = AsyncExitStack()

    async def __aenter__(self) -> Self:
        patience = self.service.settings.swift_timeout
        await self._life.enter_async_context(running(self.service, patience=patience))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._life.aclose()

    def for_person(self, person: str | None) -> AsgiApplication:
        """An ASGI application that answers as to this person; a Starlette endpoint may just return it.

        PERSON is whatever never changes of somebody and belongs to nobody else; None for somebody unknown.
        """

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            request = await _request(scope, receive, self.service.prefix)
            answer = await http.answer(self.service, request, person)
            length = {"Content-Length": str(len(answer.body))}
            headers = {**answer.headers, **length}
            await send(
                {
                    "type": "http.response.start",
                    "status": answer.status,
                    "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
                }
            )
            body = b"" if request.method == "HEAD" else answer.body
            await send({"type": "http.response.body", "body": body})

        return application


async def _request(scope: Scope, receive: Receive, prefix: str) -> Request:
    client = scope.get("client")
    return Request(
        scope["method"],
        scope["path"].removeprefix(prefix),
        scope.get("query_string", b"").decode("latin-1"),
        {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
        await _body(receive),
        client[0] if client else "",
    )


async def _body(receive: Receive) -> bytes:
    """The body, and of one that is too large only so much as shows it."""
    pieces, size, more = [], 0, True
    while more:
        message = await receive()
        piece = message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
        if size <= MAX_BODY_BYTES:
            pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)[: MAX_BODY_BYTES + 1]
