"""The same client for asyncio. The work is done in threads: files and hashes would hold the event loop up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar

from direct_upload.client.client import Client
from direct_upload.client.download import Fetched
from direct_upload.client.meter import Observer
from direct_upload.client.values import Progress, StoredFile

T = TypeVar("T")


class AsyncClient:
    """As `Client`, with the same options, methods and errors; an asynchronous context manager.

    `on_progress` is called in the event loop. A cancelled call ends the whole client, as `Client.stop`
    does: what is stored stays, and the next `put` of a new client goes on.
    """

    def __init__(self, endpoint: str, token: str | None = None, **options: Any) -> None:
        self._client = Client(endpoint, token, **options)

    async def put(
        self,
        source: str | Path | BinaryIO,
        name: str | None = None,
        *,
        type: str | None = None,  # noqa: A002 - the API's word
        on_progress: Observer | None = None,
    ) -> StoredFile:
        observer = _in_loop(on_progress)
        return await self._run(lambda: self._client.put(source, name, type=type, on_progress=observer))

    async def discard(self, path: str | Path, name: str | None = None) -> bool:
        return await self._run(lambda: self._client.discard(path, name))

    async def get(
        self, file: str | StoredFile, to: str | Path | None = None, *, on_progress: Observer | None = None
    ) -> Fetched:
        observer = _in_loop(on_progress)
        return await self._run(lambda: self._client.get(file, to, on_progress=observer))

    async def files(self) -> AsyncIterator[StoredFile]:
        listed = self._client.files()
        while (file := await self._run(lambda: next(listed, None))) is not None:
            yield file

    async def file(self, file_id: str) -> StoredFile:
        return await self._run(lambda: self._client.file(file_id))

    async def delete(self, file_id: str) -> None:
        await self._run(lambda: self._client.delete(file_id))

    def close(self) -> None:
        self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def _run(self, call: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(call)
        except asyncio.CancelledError:
            self._client.stop()
            raise


def _in_loop(observer: Observer | None) -> Observer | None:
    if observer is None:
        return None
    loop = asyncio.get_running_loop()

    def call(progress: Progress) -> None:
        loop.call_soon_threadsafe(observer, progress)

    return call
