"""The same client for asyncio. The work is done in threads: files and hashes would hold the event loop up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TypeVar

from direct_upload.client.client import DEFAULT_CONNECTIONS, DEFAULT_SPOOL_BYTES, Client, default_state
from direct_upload.client.download import Fetched
from direct_upload.client.meter import Observer
from direct_upload.client.upload import Item, Outcome
from direct_upload.client.values import Patience, Progress, StoredFile

T = TypeVar("T")


class AsyncClient:
    """As `Client`, with the same options, methods and errors; an asynchronous context manager.

    `on_progress` is called in the event loop. A cancelled call ends the whole client, as `stop` does: what is
    stored stays, and the next `put` of a new client goes on.
    """

    def __init__(  # noqa: PLR0913 - options, by their names
        self,
        endpoint: str,
        token: str | None = None,
        *,
        connections: int = DEFAULT_CONNECTIONS,
        max_bytes_per_second: float | None = None,
        segment_size: int | None = None,
        patience: Patience | None = None,
        state: Path | None = default_state(),  # noqa: B008 - the same for the life of a process
    ) -> None:
        self._client = Client(
            endpoint,
            token,
            connections=connections,
            max_bytes_per_second=max_bytes_per_second,
            segment_size=segment_size,
            patience=patience,
            state=state,
        )

    async def put(
        self,
        source: str | Path | BinaryIO,
        name: str | None = None,
        *,
        type: str | None = None,  # noqa: A002 - the API's word
        on_progress: Observer | None = None,
        spool_bytes: int = DEFAULT_SPOOL_BYTES,
    ) -> StoredFile:
        observer = _in_loop(on_progress)
        return await self._run(
            lambda: self._client.put(source, name, type=type, on_progress=observer, spool_bytes=spool_bytes)
        )

    def put_all(self, items: Iterable[Item], on_progress: Observer | None = None) -> AsyncIterator[Outcome]:
        return self._each(self._client.put_all(items, _in_loop(on_progress)))

    async def discard(self, path: str | Path, name: str | None = None) -> bool:
        return await self._run(lambda: self._client.discard(path, name))

    async def get(
        self, file: str | StoredFile, to: str | Path | None = None, *, on_progress: Observer | None = None
    ) -> Fetched:
        observer = _in_loop(on_progress)
        return await self._run(lambda: self._client.get(file, to, on_progress=observer))

    def files(self) -> AsyncIterator[StoredFile]:
        return self._each(self._client.files())

    async def file(self, file_id: str) -> StoredFile:
        return await self._run(lambda: self._client.file(file_id))

    async def delete(self, file_id: str) -> None:
        await self._run(lambda: self._client.delete(file_id))

    def stop(self) -> None:
        self._client.stop()

    def close(self) -> None:
        self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def _each(self, found: Iterator[T]) -> AsyncIterator[T]:
        while (one := await self._run(lambda: next(found, None))) is not None:
            yield one

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
