"""What we take from a form: one file in the field `file`, with a name and a type that can be stored."""

from __future__ import annotations

import re
from dataclasses import dataclass

from werkzeug.datastructures import Headers
from werkzeug.http import parse_options_header

from swift_store import content_types
from swift_store.errors import Problem
from swift_store.names import checked_name

FIELD = "file"

# RFC 2046, section 5.1.1.
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
# `C:\fakepath\`, and what old browsers and other programs send; any other backslash is a part of the name.
_WINDOWS_FOLDERS = re.compile(r"(?:[A-Za-z]:|\\)\\(?:.*\\)?")


@dataclass(frozen=True)
class FormLimits:
    """What a form may have besides its file: `field_bytes` in each field, and so many `parts`."""

    field_bytes: int
    parts: int


@dataclass(frozen=True)
class FilePart:
    """The file of a form, as far as its part's headers tell: checked, and fit to be stored."""

    name: str
    declared_type: str

    @property
    def type(self) -> str:
        """What Swift serves the file under."""
        return content_types.stored_type(self.declared_type)


def boundary_of(content_type: str | None) -> bytes:
    """The boundary of a multipart form; raises `not-multipart` or `malformed-form`."""
    kind, options = parse_options_header(content_type)
    if kind.lower() != "multipart/form-data":
        raise Problem("not-multipart", "Send the file as multipart/form-data, in the field 'file'.")
    boundary = options.get("boundary", "")
    if _BOUNDARY.fullmatch(boundary) is None:
        raise Problem("malformed-form", "The Content-Type has no boundary, or one that is none.")
    return boundary.encode("ascii")


def file_part(field: str | None, filename: str, headers: Headers) -> FilePart:
    """Check a part with a file name; raises `no-file` or `invalid-name`."""
    if field != FIELD or not filename:
        raise no_file()
    return FilePart(checked_name(base_name(filename)), _declared_type(headers.get("content-type", "")))


def base_name(filename: str) -> str:
    """The last component of what the client calls the file: folders are of no use here (RFC 7578, 4.2)."""
    return _WINDOWS_FOLDERS.sub("", filename, count=1).rpartition("/")[2] if filename else ""


def no_file() -> Problem:
    return Problem("no-file", f"The form has no file in its field '{FIELD}'. Choose one.")


def several_files() -> Problem:
    return Problem("several-files", "The form has more than one file. Send each in a request of its own.")


def malformed(fault: str) -> Problem:
    return Problem("malformed-form", f"The form can't be read: {fault}. Send the file again.")


def too_large(limits: FormLimits) -> Problem:
    detail = f"A form may have at most {limits.parts} parts, and {limits.field_bytes} bytes in a field."
    return Problem("form-too-large", detail)


def _declared_type(header: str) -> str:
    # Whatever is no type says nothing about the file; that is no reason to refuse it.
    try:
        return content_types.checked_type(parse_options_header(header)[0].strip())
    except Problem:
        return content_types.BYTES
