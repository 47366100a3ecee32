"""What things are called in Swift, and which file names we take.

    segments/<owner>/<upload id>/<NNNNNNNN>          what browsers write
    files/<owner>/<upload id>/<original name>        what a file is: its manifest
    held/<owner>/<upload id>/<original name>         the manifest of a file that nobody may have yet

A name may be a relative path, as of a file in a folder that somebody chose: `holiday/beach.jpg`.

An upload id is a UUIDv7 (RFC 9562): its first 48 bits are the time, so a reverse listing is newest first
and the age of a leftover shows in its name. An owner is 128 random bits in hex: not to be guessed, and no
user name.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from swift_store.errors import Problem

SEGMENTS = "segments"
FILES = "files"
HELD = "held"
# What lies under these is a file, or may become one: its segments are no leftovers.
MANIFEST_PREFIXES = (FILES, HELD)
MAX_PART_CHARACTERS = 255
# Swift's limit for an object's name is 1024 bytes; `files/<32>/<36>/` takes 76 of them, the rest is reserve.
MAX_NAME_BYTES = 900
RANDOM_BYTES = 10

# The end of the year 9999: nobody can tell the date of an id with a later time.
_LAST_MS = 253_402_300_799_999
_OWNER = re.compile(r"[0-9a-f]{32}")
_FORBIDDEN_CATEGORIES = {"Cc": "a control character", "Zl": "a line separator", "Zp": "a paragraph separator"}


@dataclass(frozen=True)
class UploadNames:
    """The object names of one upload. All parts are valid already; nothing is checked here."""

    owner: str
    upload_id: str
    name: str

    @property
    def base_name(self) -> str:
        """The name without its folders."""
        return self.name.rpartition("/")[2]

    @property
    def segment_prefix(self) -> str:
        return f"{SEGMENTS}/{self.owner}/{self.upload_id}/"

    @property
    def file(self) -> str:
        return f"{file_prefix(self.owner, self.upload_id)}{self.name}"

    @property
    def held(self) -> str:
        return f"{file_prefix(self.owner, self.upload_id, HELD)}{self.name}"

    def segment(self, number: int) -> str:
        return f"{self.segment_prefix}{number:08d}"


def owner_prefix(owner: str, kind: str = FILES) -> str:
    """What all files of an owner start with; KIND is `FILES` or `HELD`."""
    return f"{kind}/{owner}/"


def file_prefix(owner: str, upload_id: str, kind: str = FILES) -> str:
    """What the one file of an upload starts with."""
    return f"{kind}/{owner}/{upload_id}/"


def parse_file(object_name: str) -> UploadNames:
    """The inverse of `UploadNames.file`, and of `UploadNames.held`."""
    _, owner, upload_id, name = object_name.split("/", 3)
    return UploadNames(owner, upload_id, name)


def is_owner(text: str) -> bool:
    return _OWNER.fullmatch(text) is not None


def uuid7(unix_ms: int, randomness: bytes) -> str:
    """Make a UUIDv7 from a time in milliseconds and 10 random bytes, in its canonical form."""
    value = (unix_ms << 80) | int.from_bytes(randomness, "big")
    value = value & ~(0xF << 76) | (7 << 76)
    value = value & ~(0b11 << 62) | (0b10 << 62)
    return str(uuid.UUID(int=value))


def is_upload_id(text: str) -> bool:
    """Whether TEXT is a UUIDv7 in its canonical form (the only one that occurs in object names)."""
    try:
        value = uuid.UUID(text)
    except ValueError:
        return False
    return value.version == 7 and str(value) == text and value.int >> 80 <= _LAST_MS  # noqa: PLR2004


def created_at(upload_id: str) -> datetime:
    """When an upload began, to the millisecond, in UTC: the id knows."""
    return datetime.fromtimestamp((uuid.UUID(upload_id).int >> 80) / 1000, UTC)


def checked_name(name: str) -> str:
    """Return NAME when a file may be called so; otherwise raise a `Problem` that says what to change.

    A name is a relative path of one or more parts with slashes between them.
    """
    fault = _name_fault(name)
    if fault:
        raise Problem("invalid-name", f"The file name {fault}. Rename the file and try again.")
    return name


def _name_fault(name: str) -> str | None:
    if not name.strip():
        return "is empty"
    faults = (_part_fault(part) for part in name.split("/"))
    return next(filter(None, faults), None) or _character_fault(name) or _length_fault(name)


def _part_fault(part: str) -> str | None:
    if not part.strip():
        return "has an empty part; a slash stands between two names only"
    if part in {".", ".."}:
        return "must not have '.' or '..' as a part"
    if len(part) > MAX_PART_CHARACTERS:
        return f"has a part of {len(part)} characters; at most {MAX_PART_CHARACTERS} are allowed"
    return None


def _character_fault(name: str) -> str | None:
    for position, character in enumerate(name, start=1):
        category = unicodedata.category(character)
        if category in _FORBIDDEN_CATEGORIES:
            return f"contains {_FORBIDDEN_CATEGORIES[category]} at position {position}"
        if category == "Cs":
            return f"contains half of a surrogate pair at position {position}, which is no character"
    return None


def _length_fault(name: str) -> str | None:
    size = len(name.encode())
    return (
        f"takes {size} bytes in UTF-8; at most {MAX_NAME_BYTES} are allowed"
        if size > MAX_NAME_BYTES
        else None
    )
