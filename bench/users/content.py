"""What uploaders send: random bytes, made once and repeated: a body costs no memory and little time."""

import hashlib
import os
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_BLOCK = os.urandom(1024 * 1024)
_VIEW = memoryview(_BLOCK)


def chunks(size: int, chunk_bytes: int) -> Iterator[memoryview]:
    """SIZE bytes in pieces of at most CHUNK_BYTES; the same size always gives the same bytes."""
    sent = 0
    while sent < size:
        offset = sent % len(_BLOCK)
        piece = min(chunk_bytes, size - sent, len(_BLOCK) - offset)
        yield _VIEW[offset : offset + piece]
        sent += piece


@lru_cache(maxsize=256)
def md5(size: int) -> str:
    """The MD5 of the SIZE bytes that `chunks` yields, in lower-case hex."""
    digest = hashlib.md5(usedforsecurity=False)
    for piece in chunks(size, len(_BLOCK)):
        digest.update(piece)
    return digest.hexdigest()


@dataclass(frozen=True)
class Sizes:
    """The sizes that files have, with their weights."""

    weighted: tuple[tuple[int, float], ...]

    def draw(self, chance: random.Random) -> int:
        sizes, weights = zip(*self.weighted, strict=True)
        drawn: int = chance.choices(sizes, weights)[0]
        return drawn


def segment_sizes(size: int, segment_size: int) -> list[int]:
    """The sizes of a file's segments: all full but the last. An empty file has none."""
    full, rest = divmod(size, segment_size)
    return [segment_size] * full + [rest] * bool(rest)


@dataclass(frozen=True)
class Form:
    """What a browser puts around a file of a multipart form: the type of the body, and its two ends."""

    content_type: str
    before: bytes
    after: bytes

    def body_bytes(self, size: int) -> int:
        return len(self.before) + size + len(self.after)


def form(file_name: str) -> Form:
    """A form with the one field `file`."""
    boundary = f"----FormBoundary{uuid.uuid4().hex}"
    before = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{file_name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return Form(
        f"multipart/form-data; boundary={boundary}", before.encode(), f"\r\n--{boundary}--\r\n".encode()
    )
