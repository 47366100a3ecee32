"""Names, ids and types from the network: refused in words, or fit for Swift, headers and folders."""

import unicodedata

from swift_store import content_types, names
from swift_store.errors import Problem

OWNER = "0123456789abcdef" * 2
UPLOAD_ID = "01912345-6789-7abc-8def-0123456789ab"
SWIFT_NAME_BYTES = 1024


def consume(data):
    text = data.decode("utf-8", "surrogatepass") if is_text(data) else data.decode("latin-1")
    as_name(text)
    as_type(text)
    as_id(text)


def is_text(data):
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def as_name(text):
    try:
        name = names.checked_name(text)
    except Problem as problem:
        assert problem.code == "invalid-name"
        problem.detail.encode()
        return
    whole = names.UploadNames(OWNER, UPLOAD_ID, name)
    assert name == text
    assert len(whole.file.encode()) <= SWIFT_NAME_BYTES
    assert names.parse_file(whole.file) == whole
    assert not {"", ".", ".."} & set(name.split("/"))
    assert not any(unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"} for character in name)


def as_type(text):
    try:
        kind = content_types.checked_type(text)
    except Problem as problem:
        assert problem.code == "invalid-type"
        return
    assert kind.isascii()
    assert kind.isprintable()
    assert not set(' \t;,"') & set(kind)
    assert content_types.stored_type(kind) in {kind, content_types.BYTES}


def as_id(text):
    assert not names.is_owner(text) or (len(text) == len(OWNER) and text.isascii())
    if names.is_upload_id(text):
        assert len(text) == len(UPLOAD_ID)
        assert text == text.lower()
        names.created_at(text)
