"""Who we are without a token: the cookie that the site gave us, kept for the next time."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from direct_upload.client.atomic import write_whole
from direct_upload.client.lock import locked


class Cookies:
    """The cookies of one site, in a file (None: only here, for as long as this object lives)."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._introducing = threading.RLock()
        self._values = self._read()

    @contextmanager
    def introduction(self) -> Iterator[None]:
        """Let one request at a time through as long as the site does not know us.

        Two without a cookie at once would be two owners, here and in other processes.
        """
        if self._values:
            yield
            return
        across = locked(self._path.with_suffix(".lock"), waits=True) if self._path else nullcontext()
        with self._introducing, across:
            self._values = self._values or self._read()
            yield

    def header(self) -> str | None:
        """What to send as `Cookie`."""
        with self._lock:
            return "; ".join(f"{name}={value}" for name, value in self._values.items()) or None

    def take(self, set_cookies: Iterable[str]) -> None:
        """Remember what an answer set."""
        with self._lock:
            before = dict(self._values)
            for text in set_cookies:
                self._values.update(_parsed(text))
            # Each answer sets the owner again, signed anew. What is kept lives as long.
            if self._path is not None and self._values.keys() != before.keys():
                write_whole(self._path, json.dumps(self._values).encode(), durable=True)

    def _read(self) -> dict[str, str]:
        try:
            return dict(json.loads(self._path.read_bytes())) if self._path else {}
        except (OSError, ValueError):
            return {}


def _parsed(text: str) -> dict[str, str]:
    try:
        return {name: morsel.coded_value for name, morsel in SimpleCookie(text).items()}
    except CookieError:
        return {}
