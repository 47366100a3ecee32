"""Which types a file may declare, and which ones a browser will be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swift_store.content_types import BYTES, checked_type, stored_type
from swift_store.errors import Problem


@pytest.mark.parametrize(
    ("declared", "normal"),
    [
        ("image/png", "image/png"),
        ("Image/PNG", "image/png"),
        ("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
        ("model/gltf+json", "model/gltf+json"),
        ("a/b", "a/b"),
    ],
)
def test_a_media_type_is_taken_in_lower_case(declared, normal):
    assert checked_type(declared) == normal


@pytest.mark.parametrize(
    "declared",
    [
        "", "text", "/", "text/", "/plain", "text/plain; charset=utf-8", "text/plain;swift_bytes=9", "a/b/c",
        " text/plain", "text/plain ", "text/plain\n", "text/\r\nX-Header: 1", "te xt/plain", "*/*", "text/é",
        "a" * 128 + "/b", "a/" + "b" * 128, "text/plain, text/html", "\ud800/x",
    ],
)  # fmt: skip
def test_what_is_no_media_type_is_refused(declared):
    with pytest.raises(Problem) as refused:
        checked_type(declared)
    assert refused.value.code == "invalid-type"


@pytest.mark.parametrize(
    "declared",
    [
        "text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml",
        "application/atom+xml", "application/mathml+xml", "multipart/x-mixed-replace", "message/rfc822",
        "application/x-shockwave-flash", "unknown/unknown",
    ],
)  # fmt: skip
def test_what_a_browser_would_run_is_stored_as_plain_bytes(declared):
    assert stored_type(declared) == BYTES


@pytest.mark.parametrize("declared", ["image/png", "text/plain", "application/pdf", "video/mp4"])
def test_what_a_browser_only_shows_keeps_its_type(declared):
    assert stored_type(declared) == declared


@given(st.text())
def test_a_checked_type_is_safe_in_a_header_and_stays_as_it_is(text):
    try:
        normal = checked_type(text)
    except Problem:
        return
    assert normal.isascii()
    assert normal.isprintable()
    assert checked_type(normal) == normal
