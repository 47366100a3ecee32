"""The documentation shows every picture of the page, and no other."""

import re
from pathlib import Path

import pytest

from tools.screenshots.pictures import PICTURES

DOCS = Path(__file__).parents[2] / "docs"
MOST_BYTES = 200_000


def test_every_picture_is_shown_and_every_shown_one_is_taken():
    shown = re.findall(r"\(images/(page[\w-]*)\.png\)", (DOCS / "page.md").read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(picture.name for picture in PICTURES)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_there_and_no_burden(picture):
    assert 0 < (DOCS / "images" / f"{picture.name}.png").stat().st_size < MOST_BYTES
