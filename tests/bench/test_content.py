"""What uploaders send, judged by the libraries that receive such things."""

import hashlib
import random

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from bench.users.content import Sizes, chunks, form, md5, segment_sizes

MIB = 1024 * 1024


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, MIB, MIB + 1, 3 * MIB + 17])
@pytest.mark.parametrize("chunk_bytes", [1000, 4096, MIB])
def test_chunks_add_up_to_the_size_and_its_md5(size, chunk_bytes):
    pieces = list(chunks(size, chunk_bytes))
    assert sum(map(len, pieces)) == size
    assert all(0 < len(piece) <= chunk_bytes for piece in pieces)
    assert md5(size) == hashlib.md5(b"".join(pieces), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("size", "segments"), [(0, []), (1, [1]), (10, [10]), (11, [10, 1]), (30, [10, 10, 10])]
)
def test_segments_are_full_but_the_last(size, segments):
    assert segment_sizes(size, 10) == segments


@pytest.mark.parametrize("size", [0, 1, 100_000])
def test_a_form_is_what_a_browser_sends(size):
    frame = form("holiday.jpg")
    body = frame.before + b"".join(chunks(size, 4096)) + frame.after
    assert len(body) == frame.body_bytes(size)
    builder = EnvironBuilder(method="POST", data=body, content_type=frame.content_type)
    with Request(builder.get_environ()) as request:
        file = request.files["file"]
        assert file.filename == "holiday.jpg"
        assert hashlib.md5(file.read(), usedforsecurity=False).hexdigest() == md5(size)


def test_sizes_come_as_often_as_their_weights_say():
    sizes = Sizes(((100, 9), (1000, 1)))
    chance = random.Random(1)  # noqa: S311 - the same draws every time
    drawn = [sizes.draw(chance) for _ in range(10_000)]
    assert set(drawn) == {100, 1000}
    assert drawn.count(1000) / len(drawn) == pytest.approx(0.1, abs=0.01)
