"""The service for programs that block: its event loop runs in a thread of its own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Any, TypeVar

from direct_upload.core import http
from direct_upload.core.making import make_service, running
from direct_upload.core.service import PAGE_FILES, Completed, UploadService
from direct_upload.messages import (
    FileList,
    FileMessage,
    Renewed,
    Signatures,
    UploadCreated,
    UploadRequest,
)
from swift_store.settings import Settings

T = TypeVar("T")
_Work = Callable[[UploadService], Coroutine[Any, Any, T]]


class BlockingUploads:
    """`UploadService` as plain methods, for any number of threads, and for processes that fork.

    `person` is whatever never changes of somebody and belongs to nobody else: a user's id. Everything starts
    with the first call in a process, which may wait for the sign-in to Swift. Refusals are `Problem`s.
    """

    def __init__(self, settings: Settings, prefix: str = "") -> None:
        self._settings = settings
        self._prefix = prefix
        self._lock = Lock()
        self._living: _Living | None = None

    def create(self, person: str, asked: UploadRequest, *, address: str = "") -> UploadCreated:
        return self._do(lambda service: service.create(service.owner_of(person), asked, address=address))

    def renew(self, person: str, upload_id: str, ticket: str) -> Renewed:
        return self._do(lambda service: service.renew(service.owner_of(person), upload_id, ticket))

    def sign(self, person: str, upload_id: str, ticket: str, segments: Sequence[int]) -> Signatures:
        return self._do(lambda service: service.sign(service.owner_of(person), upload_id, ticket, segments))

    def complete(
        self, person: str, upload_id: str, ticket: str, md5s: Sequence[str], *, address: str = ""
    ) -> Completed:
        return self._do(
            lambda service: service.complete(
                service.owner_of(person), upload_id, ticket, md5s, address=address
            )
        )

    def discard(self, person: str, upload_id: str, ticket: str) -> None:
        self._do(lambda service: service.discard(service.owner_of(person), upload_id, ticket))

    def files(self, person: str, *, after: str | None = None, limit: int = PAGE_FILES) -> FileList:
        return self._do(lambda service: service.files(service.owner_of(person), after=after, limit=limit))

    def find(self, person: str, file_id: str) -> FileMessage:
        return self._do(lambda service: service.find(service.owner_of(person), file_id))

    def delete(self, person: str, file_id: str) -> None:
        self._do(lambda service: service.delete(service.owner_of(person), file_id))

    def download_url(self, person: str, file_id: str, *, inline: bool = False) -> str:
        return self._do(
            lambda service: service.download_url(service.owner_of(person), file_id, inline=inline)
        )

    def answer(self, request: http.Request, person: str | None) -> http.Answer:
        """Answer a request of the protocol; None for somebody unknown."""
        return self._do(lambda service: http.answer(service, request, person))

    def close(self) -> None:
        """End what was started; a later call starts it anew."""
        with self._lock:
            living, self._living = self._living, None
        if living is not None and living.process == os.getpid():
            living.end()

    def _do(self, work: _Work[T]) -> T:
        with self._lock:
            # Threads do not come along into a forked process.
            if self._living is None or self._living.process != os.getpid():
                self._living = _Living(self._settings, self._prefix)
            living = self._living
        return living.do(work)


class _Living:
    """A service, its loop and its thread, in one process."""

    def __init__(self, settings: Settings, prefix: str) -> None:
        self.process = os.getpid()
        self._settings = settings
        self._prefix = prefix
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._service: Future[UploadService] = Future()
        self._thread = Thread(target=self._run, name="direct-upload", daemon=True)
        self._thread.start()

    def do(self, work: _Work[T]) -> T:
        service = self._service.result()

        async def done() -> T:
            return await work(service)

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        try:
            service = make_service(self._settings, self._prefix)
            async with running(service, patience=self._settings.swift_timeout):
                self._service.set_result(service)
                await self._stop.wait()
        except BaseException as error:
            if not self._service.done():
                self._service.set_exception(error)
            raise
