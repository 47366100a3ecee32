"""`stream` in Tornado: each piece of the body goes on to Swift before the next one is read."""

from __future__ import annotations

import asyncio

from tornado.web import stream_request_body

from proxy_upload import documents, request_body
from proxy_upload.form import FilePart, boundary_of
from proxy_upload.form_stream import FormStream
from proxy_upload.problems import wrong_method
from proxy_upload.settings import STREAM_PIECE_BYTES
from proxy_upload.site import form_limits
from proxy_upload.storage import part_metadata
from proxy_upload.swift_put import SwiftPut
from proxy_upload.tornado_handlers import AsyncHandler
from swift_store.errors import Problem
from swift_store.names import UploadNames

# Tornado would answer a larger body with a bare 400; we count ourselves.
_NO_LIMIT = 1 << 62


@stream_request_body
class Upload(AsyncHandler):
    """Tornado calls `prepare` after the headers, `data_received` for each piece, `post` after the last."""

    async def prepare(self) -> None:
        super().prepare()
        if self.request.method != "POST":
            raise wrong_method()
        self._received = 0
        self._size = 0
        self._put: SwiftPut | None = None
        self._silence: asyncio.TimerHandle | None = None
        proxy = self.site.proxy
        if int(self.request.headers.get("Content-Length", "0")) > proxy.max_body:
            raise request_body.too_large(proxy.max_body)
        boundary = boundary_of(self.request.headers.get("Content-Type"))
        self._form = FormStream(boundary, form_limits(proxy), STREAM_PIECE_BYTES)
        self.request.connection.set_max_body_size(_NO_LIMIT)  # type: ignore[union-attr]
        self._expect_more()

    async def data_received(self, chunk: bytes) -> None:
        if self.finished:
            return
        try:
            await self._take(chunk)
        except Exception as error:  # noqa: BLE001 - Tornado would close the connection without a word
            self._give_up(error)

    async def post(self) -> None:
        self._expect_nothing()
        if self.finished:
            return
        self._form.feed(None)
        put, part = self._put, self._form.file
        assert put is not None and part is not None  # noqa: S101, PT018 - the form ended well
        etag = await put.finish()
        file = self.site.storage.stored(self._names(part), part, self._size, etag)
        self.answer(201, documents.file_document(file))

    def on_connection_close(self) -> None:
        self._end()

    def on_finish(self) -> None:
        self._end()

    async def _take(self, chunk: bytes) -> None:
        self._expect_nothing()
        self._received += len(chunk)
        if self._received > self.site.proxy.max_body:
            raise request_body.too_large(self.site.proxy.max_body)
        pieces = self._form.feed(chunk)
        if self._put is None and self._form.file is not None:
            self._put = await self._begin(self._form.file)
        for piece in pieces:
            self._size += len(piece)
            await self._put.write(piece)  # type: ignore[union-attr]
        self._expect_more()

    async def _begin(self, part: FilePart) -> SwiftPut:
        self._id = self.site.new_upload_id()
        url = await self.run(self.site.storage.upload_url, self._names(part), now=self.site.now())
        headers = {"Content-Type": part.type, **part_metadata(part)}
        return await SwiftPut.begin(self.settings["tcp"], url, headers, seconds=self.site.proxy.push_timeout)

    def _names(self, part: FilePart) -> UploadNames:
        return UploadNames(self.owner, self._id, part.name)

    def _expect_more(self) -> None:
        seconds = self.site.proxy.client_timeout
        self._silence = asyncio.get_running_loop().call_later(seconds, self._too_slow)

    def _expect_nothing(self) -> None:
        if self._silence is not None:
            self._silence.cancel()

    def _too_slow(self) -> None:
        detail = f"Nothing more arrived after {self._received} bytes. Send the file again."
        self._give_up(Problem("body-too-slow", detail))

    def _give_up(self, error: Exception) -> None:
        self._end()
        if not self.finished:
            self.refuse(error)

    def _end(self) -> None:
        self._expect_nothing()
        if self._put is not None:
            self._put.abort()
