"""Files as they are when they appear: read before the site hears of it, so before anybody takes them back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bench.faults.exchange import Request
from bench.faults.invariant import fetched
from bench.faults.moments import makes_file
from bench.faults.proxy import Witness
from bench.faults.stage import Stage
from bench.runner.ports import url

# Where Swift takes longer, because servers are gone, the file is nobody's to see either.
_PATIENCE_SECONDS: Final = 2.0


@contextmanager
def glimpses(stage: Stage) -> Iterator[list[bytes]]:
    """A list that every file comes into as soon as it is visible, whatever becomes of it."""
    seen: list[bytes] = []

    def look(request: Request) -> None:
        token = request.header(b"x-auth-token") or ""
        content = fetched(f"{url(stage.swift_port)}{request.path}", token, _PATIENCE_SECONDS)
        if content is not None:
            seen.append(content)

    stage.back.witness = Witness(makes_file, look)
    try:
        yield seen
    finally:
        stage.back.witness = None
