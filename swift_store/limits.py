"""What may be uploaded: rules for a single file, and how much of everything. Nothing here asks Swift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase

from swift_store.errors import Problem
from swift_store.tickets import Ticket


@dataclass(frozen=True)
class Rules:
    """What one file may be. Patterns are a shell's (`*.exe`, `image/*`), and case does not matter.

    A pattern with a slash is about a name's whole path, one without about its last part. No allowed patterns:
    everything is, except what is denied.
    """

    max_file_size: int
    allowed_types: Sequence[str] = ()
    denied_types: Sequence[str] = ()
    allowed_names: Sequence[str] = ()
    denied_names: Sequence[str] = ()

    def check(self, ticket: Ticket) -> None:
        """Raise a `Problem` when the file may not be: `file-too-large`, `type-refused` or `name-refused`."""
        if ticket.size > self.max_file_size:
            detail = f"The file has {ticket.size} bytes; at most {self.max_file_size} are allowed."
            raise Problem("file-too-large", detail, limit=self.max_file_size)
        if not _passes([ticket.type], self.allowed_types, self.denied_types):
            raise Problem("type-refused", f"Files of the type {ticket.type} are not taken here.")
        if not _passes([ticket.names.base_name, ticket.name], self.allowed_names, self.denied_names):
            raise Problem("name-refused", "Files with such a name are not taken here.")


def _passes(texts: Sequence[str], allowed: Sequence[str], denied: Sequence[str]) -> bool:
    """Judge texts; where there are two, the second is what patterns with a slash are about."""
    return (not allowed or _matches(texts, allowed)) and not _matches(texts, denied)


def _matches(texts: Sequence[str], patterns: Sequence[str]) -> bool:
    return any(
        pattern == "*" or fnmatchcase(texts[-1 if "/" in pattern else 0].casefold(), pattern.casefold())
        for pattern in patterns
    )


@dataclass(frozen=True)
class Usage:
    """Stored files: how many, and their bytes."""

    bytes: int = 0
    files: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.bytes + other.bytes, self.files + other.files)

    def __sub__(self, other: Usage) -> Usage:
        return Usage(self.bytes - other.bytes, self.files - other.files)


class Scope(Enum):
    """Whose storage an allowance is about; the value is who is told to make room."""

    OWNER = "owner"
    SITE = "site"


@dataclass(frozen=True)
class Allowance:
    """The most that may be stored; None: as much as there is room for."""

    scope: Scope
    bytes: int | None = None
    files: int | None = None

    @property
    def is_limited(self) -> bool:
        return self.bytes is not None or self.files is not None

    def check(self, used: Usage, more: Usage) -> None:
        """Raise `quota-exceeded` when MORE does not fit beside what is USED."""
        for unit, limit, has, wants in (
            ("bytes", self.bytes, used.bytes, more.bytes),
            ("files", self.files, used.files, more.files),
        ):
            if limit is not None and has + wants > limit:
                detail = f"{_WHOSE[self.scope]} {has} of {limit} {unit} already, and this needs {wants} more."
                raise Problem(
                    "quota-exceeded", detail, scope=self.scope.value, unit=unit, limit=limit, used=has
                )


_WHOSE = {Scope.OWNER: "Your files take", Scope.SITE: "The files of this site take"}
