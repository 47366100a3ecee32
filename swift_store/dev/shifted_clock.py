"""A filter for Swift's proxy: its answers tell another time than it is, as those of a machine without NTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from email.utils import formatdate
from typing import Any


def filter_factory(_global_conf: dict[str, str], seconds: str, **_local_conf: str) -> Callable[[Any], Any]:
    """PasteDeploy's way to make a filter; `seconds` is how far the clock is ahead, negative when behind."""

    def with_another_date(app: Any) -> Any:
        def filtered(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
                kept = [(name, value) for name, value in headers if name.lower() != "date"]
                date = formatdate(time.time() + float(seconds), usegmt=True)
                return start_response(status, [*kept, ("Date", date)], *more)

            return app(environ, start)  # type: ignore[no-any-return]

        return filtered

    return with_another_date
