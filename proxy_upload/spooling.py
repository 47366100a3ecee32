"""Temporary files for uploads whose disk work never holds a gevent worker up.

    parser = FormDataParser(stream_factory=SpoolFactory())

A write that the kernel throttles, or the unlinking of a file of some gigabytes, takes many milliseconds,
and no reader can interrupt it. So opening, writing, reading and closing happen in gevent's thread pool, a
batch at a time to make the hop cheap. Outside gevent they are plain calls.

The files have no name (`O_TMPFILE`) where the file system can do that: however a worker ends, the kernel
takes them back.
"""

import errno
import io
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any, Generic, Protocol, TypeVar

from proxy_upload.cooperative import running_hub

T = TypeVar("T")

BATCH_BYTES = 1024 * 1024


class Budget(Protocol):
    """Who is asked before bytes go to disk. `SpoolBudget` counts them; another may look at the free space."""

    def reserve(self, count: int) -> None: ...
    def release(self, count: int) -> None: ...


class Unlimited:
    """A budget that never ends."""

    def reserve(self, count: int) -> None: ...
    def release(self, count: int) -> None: ...


def offload(call: Callable[..., T], /, *args: object) -> T:
    """Return `call(*args)`, run in gevent's thread pool while other greenlets go on; without gevent, here.

    A greenlet that is killed, or timed out, meanwhile gets its exception only after the call has returned: a
    write must never outlive its file.
    """
    pool = _pool()
    if pool is None:
        return call(*args)
    task = pool.spawn(_Outcome.of, call, args)
    interruption: BaseException | None = None
    while not task.ready():
        try:
            task.wait()
        except BaseException as raised:  # noqa: BLE001 - raised again below
            interruption = interruption or raised
    if interruption is not None:
        raise interruption
    outcome: _Outcome[T] = task.get()
    return outcome.result()


def offload_without_waiting(call: Callable[[], object]) -> None:
    """Have `call` run in gevent's thread pool soon; without gevent, run it here. Safe in a finalizer."""
    if running_hub() is None:
        call()
        return
    from gevent import spawn  # noqa: PLC0415 - gevent is optional

    # A greenlet waits for a free thread, because a finalizer must not switch to another greenlet.
    spawn(offload, call)


@dataclass(frozen=True)
class _Outcome(Generic[T]):
    """What a call came to. Returned, not raised, because gevent prints what a thread of its pool raises."""

    values: tuple[T, ...] = ()
    error: BaseException | None = None

    @classmethod
    def of(cls, call: Callable[..., T], args: tuple[object, ...]) -> "_Outcome[T]":
        try:
            return cls(values=(call(*args),))
        except BaseException as error:  # noqa: BLE001 - it crosses a thread, and is raised there
            return cls(error=error)

    def result(self) -> T:
        if self.error is not None:
            raise self.error
        return self.values[0]


def _pool() -> Any:
    hub = running_hub()
    return None if hub is None else hub.threadpool


class SpooledFile(io.RawIOBase):
    """A file that is written once, front to back, and then read: in memory up to `batch_bytes`, else on disk.

    Its first `seek`, `tell` or `read` ends the writing. `close` frees memory, disk and budget; so does
    dropping the last reference. A full disk or budget raises `OSError` with ENOSPC from `write` or that
    first `seek`.
    """

    def __init__(
        self, directory: str | None = None, *, batch_bytes: int = BATCH_BYTES, budget: Budget
    ) -> None:
        super().__init__()
        self._directory = directory or tempfile.gettempdir()
        self._batch_bytes = batch_bytes
        self._budget = budget
        self._batch = bytearray()
        self._file: io.FileIO | None = None
        self._reserved = 0
        self._content: io.BytesIO | io.BufferedReader | None = None

    @property
    def on_disk(self) -> bool:
        """Whether the content went to a temporary file."""
        return self._file is not None

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return self._content is None

    def seekable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._check_open()
        if self._content is not None:
            raise io.UnsupportedOperation("a spooled file is written once, before it is read")
        if self._batch and len(self._batch) + len(data) > self._batch_bytes:
            self._write_batch()
        self._batch += data
        return len(data)

    def read(self, size: int | None = -1, /) -> bytes:
        return self._sealed().read(-1 if size is None else size)

    def readall(self) -> bytes:
        return self._sealed().read()

    def readinto(self, buffer: Any, /) -> int:
        return self._sealed().readinto(buffer)

    def readline(self, size: int | None = -1, /) -> bytes:
        return self._sealed().readline(-1 if size is None else size)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        return self._sealed().seek(offset, whence)

    def tell(self) -> int:
        return self._sealed().tell()

    def fileno(self) -> int:
        """Return the temporary file's descriptor; in memory there is none."""
        self._sealed()
        if self._file is None:
            raise io.UnsupportedOperation("the content is in memory")
        return self._file.fileno()

    def close(self) -> None:
        self._release(offload)

    def __del__(self) -> None:
        self._release(offload_without_waiting)

    def _release(self, run: Callable[[Callable[[], object]], object]) -> None:
        if self.closed:
            return
        super().close()
        self._batch = bytearray()
        self._content = None
        file, self._file = self._file, None
        reserved, self._reserved = self._reserved, 0
        try:
            if file is not None:
                run(file.close)
        finally:
            self._budget.release(reserved)

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on a closed file")

    def _write_batch(self) -> io.FileIO:
        batch, self._batch = self._batch, bytearray()
        self._budget.reserve(len(batch))
        self._reserved += len(batch)
        if self._file is None:
            self._file = offload(_create, self._directory, batch)
        else:
            offload(_write_all, self._file, batch)
        return self._file

    def _sealed(self) -> io.BytesIO | io.BufferedReader:
        """End the writing; return what the content is read from."""
        self._check_open()
        if self._content is None:
            self._content = self._end_writing()
            self._content.seek(0, os.SEEK_END)
        return self._content

    def _end_writing(self) -> io.BytesIO | io.BufferedReader:
        if self._file is None and len(self._batch) <= self._batch_bytes:
            content, self._batch = self._batch, bytearray()
            return io.BytesIO(content)
        return io.BufferedReader(_OffloadedReads(self._write_batch()), self._batch_bytes)


class _OffloadedReads(io.RawIOBase):
    """Reads of a file at a position of its own, in gevent's thread pool."""

    def __init__(self, file: io.FileIO) -> None:
        super().__init__()
        self._file = file
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = offload(os.pread, self._file.fileno(), len(buffer), self._position)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position}.get(whence)
        position = offset + (os.fstat(self._file.fileno()).st_size if base is None else base)
        if position < 0:
            raise OSError(errno.EINVAL, "a position before the start of the file")
        self._position = position
        return position


def _create(directory: str, first: bytearray) -> io.FileIO:
    file: Any = tempfile.TemporaryFile(buffering=0, dir=directory)  # noqa: SIM115 - the spooled file closes it
    try:
        _write_all(file, first)
    except BaseException:
        file.close()
        raise
    opened: io.FileIO = file
    return opened


def _write_all(file: io.FileIO, data: bytearray) -> None:
    with memoryview(data) as rest:
        written = 0
        while written < len(rest):
            written += file.write(rest[written:]) or 0


@dataclass(frozen=True)
class SpoolFactory:
    """werkzeug's `stream_factory`: every uploaded file is a `SpooledFile` in `directory`.

    None is the system's folder for temporary files.

    For Flask, return `factory(...)` from `Request._get_file_stream`.
    """

    directory: str | None = None
    batch_bytes: int = BATCH_BYTES
    budget: Budget = field(default_factory=Unlimited)

    def __call__(
        self,
        total_content_length: int | None = None,
        content_type: str | None = None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        spooled: Any = SpooledFile(self.directory, batch_bytes=self.batch_bytes, budget=self.budget)
        stream: IO[bytes] = spooled
        return stream
