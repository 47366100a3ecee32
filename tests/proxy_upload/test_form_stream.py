"""A form that is parsed while it arrives: whole, byte by byte and in random pieces, and everything that is
no form.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy_upload.form import FormLimits, base_name, boundary_of
from proxy_upload.form_stream import FormStream
from swift_store.errors import Problem

LIMITS = FormLimits(field_bytes=200_000, parts=5)
PIECE = 70_000
HEAD = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\nContent-Type: image/png\r\n\r\n'
)
FIELD = b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
END = b"\r\n--b--\r\n"


def fed(pieces):
    """Feed the pieces and the end; return the file's part and content."""
    stream = FormStream(b"b", LIMITS, PIECE)
    content = b"".join(b"".join(stream.feed(piece)) for piece in [*pieces, None])
    return stream.file, content


def cut(body, sizes):
    pieces, at = [], 0
    for size in sizes:
        pieces.append(body[at : at + size])
        at += size
    return [piece for piece in [*pieces, body[at:]] if piece]


@given(
    content=st.binary(max_size=500) | st.text("\r\n-b", max_size=60).map(str.encode),
    sizes=st.lists(st.integers(1, 60)),
)
def test_however_it_is_cut_the_file_is_the_same(content, sizes):
    if b"\n--b" in content or b"\r--b" in content:
        return  # this is a boundary, by the parser's generous notion of a line end
    body = FIELD + HEAD + content + b"\r\n" + FIELD + b"--b--\r\n" + b"an epilogue"
    for pieces in ([body], [body[i : i + 1] for i in range(len(body))], cut(body, sizes)):
        part, found = fed(pieces)
        assert found == content
        assert (part.name, part.type) == ("a.bin", "image/png")


BAD = {
    "nothing": ([], "malformed-form"),
    "no end": ([HEAD, b"contents"], "malformed-form"),
    "half a boundary": ([HEAD, b"contents\r\n--"], "malformed-form"),
    "another boundary": ([(HEAD + b"x" + END).replace(b"--b", b"--c")], "malformed-form"),
    "a long beginning without a boundary": ([b"x" * PIECE] * 5, "malformed-form"),
    "no file": ([FIELD, b"--b--\r\n"], "no-file"),
    "a second file": ([HEAD, b"x\r\n", HEAD, b"y", END], "several-files"),
    "a field that is too large": ([FIELD[:-2], *[b"x" * PIECE] * 3, b"\r\n", HEAD, END], "form-too-large"),
    "too many parts": ([FIELD] * 6 + [HEAD, END], "form-too-large"),
    "endless headers": ([HEAD[:-4], *[b"\r\nX: " + b"x" * 60_000] * 6], "form-too-large"),
}  # fmt: skip


@pytest.mark.parametrize(("pieces", "code"), BAD.values(), ids=BAD.keys())
def test_what_is_no_form_with_one_file_is_refused(pieces, code):
    with pytest.raises(Problem) as refusal:
        fed(pieces)
    assert refusal.value.code == code


def test_the_file_is_known_as_soon_as_its_headers_are_there():
    stream = FormStream(b"b", LIMITS, PIECE)
    assert stream.feed(HEAD[:-1]) == []
    assert stream.file is None
    stream.feed(HEAD[-1:])
    assert stream.file.name == "a.bin"


def test_little_is_held_of_a_long_file():
    stream = FormStream(b"b", LIMITS, PIECE)
    stream.feed(HEAD)
    for _ in range(100):
        assert sum(map(len, stream.feed(b"\n" * PIECE))) >= PIECE - 10


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("a.txt", "a.txt"),
        ("", ""),
        ("a/b/c.txt", "c.txt"),
        ("C:\\fakepath\\c.txt", "c.txt"),
        ("c:\\a b\\d\\c.txt", "c.txt"),
        ("\\\\server\\share\\c.txt", "c.txt"),
        ("a\\b.txt", "a\\b.txt"),
        ("C:/a/c.txt", "c.txt"),
    ],
)
def test_of_a_path_the_last_component_is_the_name(said, taken):
    assert base_name(said) == taken


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "not-multipart"),
        ("text/plain", "not-multipart"),
        ("multipart/mixed; boundary=b", "not-multipart"),
        ("multipart/form-data", "malformed-form"),
        ('multipart/form-data; boundary=""', "malformed-form"),
        (f"multipart/form-data; boundary={'b' * 71}", "malformed-form"),
        ('multipart/form-data; boundary="b "', "malformed-form"),
    ],
)
def test_a_content_type_without_a_good_boundary_is_refused(header, code):
    with pytest.raises(Problem) as refusal:
        boundary_of(header)
    assert refusal.value.code == code


def test_a_boundary_may_be_quoted():
    assert boundary_of('Multipart/Form-Data; boundary="a b\'c"') == b"a b'c"
