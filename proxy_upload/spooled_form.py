"""A form that werkzeug's parser takes apart, with its one file in a temporary file of the caller's choice."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, Any, Generic, Protocol, TypeVar

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from proxy_upload import form
from proxy_upload.delivery import Incoming
from proxy_upload.form import FilePart, FormLimits
from swift_store.errors import Problem

_FULL = {errno.ENOSPC, errno.EDQUOT}
_RETRY_SECONDS = 60


class Spooled(Protocol):
    """A file that is written, then read, and leaves nothing behind when it is closed."""

    def close(self) -> None: ...
    def seek(self, offset: int, whence: int = ..., /) -> int: ...


F = TypeVar("F", bound=Spooled)


@dataclass(frozen=True)
class SpooledFile(Generic[F]):
    """The form's file: what its headers say, its bytes, how many they are."""

    part: FilePart
    file: F
    size: int


@contextmanager
def spooled_form(
    incoming: Incoming, limits: FormLimits, new_file: Callable[[], F]
) -> Iterator[SpooledFile[F]]:
    """Read the whole form; yield its file, which is closed when the context ends, and after any fault."""
    with ExitStack() as opened:
        files: list[F] = []

        def stream_factory(*_: Any, **__: Any) -> IO[bytes]:
            if files:
                raise form.several_files()
            files.append(new_file())
            opened.callback(files[0].close)
            stream: Any = files[0]
            return stream  # type: ignore[no-any-return]

        storage = _parsed(incoming, limits, stream_factory)
        part = form.file_part(storage.name, storage.filename or "", storage.headers)
        size = files[0].seek(0, os.SEEK_END)
        files[0].seek(0)
        yield SpooledFile(part, files[0], size)


def _parsed(incoming: Incoming, limits: FormLimits, stream_factory: Callable[..., IO[bytes]]) -> FileStorage:
    parser = FormDataParser(
        stream_factory=stream_factory,
        max_form_memory_size=limits.field_bytes,
        max_form_parts=limits.parts,
        silent=False,
    )
    options = {"boundary": incoming.boundary.decode("ascii")}
    try:
        _stream, _fields, files = parser.parse(incoming.body, "multipart/form-data", None, options)  # type: ignore[arg-type]
    except RequestEntityTooLarge as error:
        raise form.too_large(limits) from error
    except ValueError as error:
        raise form.malformed("a boundary, or the headers of a part, are missing") from error
    except OSError as error:
        raise full_spool(error) from error
    first = next(iter(files.values()), None)
    if first is None:
        raise form.no_file()
    return first


def full_spool(error: OSError) -> Exception:
    """`spool-full` for a full disk or budget; another error as it is."""
    if error.errno not in _FULL:
        return error
    detail = "There is no room for this file at the moment. Try again later."
    return Problem("spool-full", detail, retry_after=_RETRY_SECONDS)
