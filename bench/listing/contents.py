"""What the container holds: files of one segment each, of one owner with few, one with many, and of others.

Row i is the same however many there are, so a container grows from one size to the next.
"""

import hashlib
import uuid
from collections.abc import Iterator
from typing import Final

MANY: Final = 10_000
FEW: Final = 12
_OF_OTHERS: Final = 10
_FILE_BYTES: Final = 32 << 20
_TYPE: Final = "video/mp4"
# The first upload began a second after 2026-01-01, and then one each second.
_FIRST_MS: Final = 1_767_225_600_000

Row = tuple[str, int, str, str]
"""Name, bytes, content type and ETag of an object, as a container's database has them."""


def md5(text: str) -> str:
    """32 hex digits, as owners have them and contents."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


OWNER_OF_MANY: Final = md5("many")
OWNER_OF_FEW: Final = md5("few")


def rows(first: int, last: int) -> Iterator[Row]:
    """The rows of the files from FIRST to before LAST: two each, a segment and a manifest."""
    for number in range(first, last):
        whose, upload, digest = owner_of(number), upload_id(number), md5(f"content {number}")
        yield f"segments/{whose}/{upload}/00000000", _FILE_BYTES, "application/octet-stream", digest
        # A sweep compares the two.
        yield f"files/{whose}/{upload}/film.mp4", _FILE_BYTES, _TYPE, f"{digest}; slo_etag={md5(digest)}"


def owner_of(number: int) -> str:
    """Whose a file is: every second is of the owner with many, until those are 10,000."""
    if number % 2 == 0 and number < 2 * MANY:
        return OWNER_OF_MANY
    if number < 2 * FEW:
        return OWNER_OF_FEW
    return md5(f"other {number // _OF_OTHERS}")


def files_of_many(files: int) -> int:
    """How many of so many files are of the owner with many."""
    return min(MANY, (files + 1) // 2)


def middle_of_many(files: int) -> str:
    """The upload in the middle of that owner's list."""
    return upload_id(files_of_many(files) // 2 * 2)


def upload_id(number: int) -> str:
    """A UUIDv7; later files have later ones."""
    randomness = int.from_bytes(hashlib.sha256(b"%d" % number).digest()[:10], "big")
    value = (_FIRST_MS + 1000 * (number + 1)) << 80 | randomness
    value = value & ~(0xF << 76) | (7 << 76)
    value = value & ~(0b11 << 62) | (0b10 << 62)
    return str(uuid.UUID(int=value))
