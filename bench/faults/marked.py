"""The page of the documentation whose parts commands write, each between two markers of its own."""

from pathlib import Path
from typing import Final

from bench.faults.stage import ROOT

PAGE: Final = ROOT / "docs" / "reliability.md"


class MarkerError(Exception):
    """A page without the two markers of a part, each once and in this order."""


def update(page: Path, part: str, text: str) -> bool:
    """Write TEXT between `<!-- PART -->` and `<!-- /PART -->`; whether that changed the page."""
    begin, end = f"<!-- {part} -->", f"<!-- /{part} -->"
    old = page.read_text(encoding="utf-8")
    if (old.count(begin), old.count(end)) != (1, 1) or old.index(begin) > old.index(end):
        raise MarkerError(f"{page} needs {begin} and {end}, each once and in this order")
    before, _, rest = old.partition(begin)
    new = f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}"
    page.write_text(new, encoding="utf-8")
    return new != old
