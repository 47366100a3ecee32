"""Who we are without a token: the cookie that the site gave us, kept for the next time."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from direct_upload.client.atomic import forget_old, write_whole
from direct_upload.client.lock import locked


class Cookies:
    """The cookies of one site, in a file (None: only here, for as long as this object lives)."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._introducing = threading.RLock()
        self._is_known = False
        self._values = self._read()
        if path is not None:
            forget_old(one for one in path.parent.glob("*") if one.suffix != path.suffix)

    @contextmanager
    def introduction(self) -> Iterator[None]:
        """Let one request at a time through until the site has answered, and so knows us.

        Two without a cookie at once would be two owners, here and in other processes; so would be two with
        one that the site does not know any more.
        """
        if self._is_known and self._values:
            yield
            return
        across = (
            nullcontext()
            if self._values or self._path is None
            else locked(self._path.with_suffix(".lock"), waits=True)
        )
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
            self._is_known = True
            before = dict(self._values)
            for text in set_cookies:
                self._values.update(_parsed(text))
            # Signed with another secret, it is the same owner; with the old one it would be none some day.
            if self._path is not None and self._values != before:
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
