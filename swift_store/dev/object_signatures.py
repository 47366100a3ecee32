"""A filter before TempURL that makes it as old as a Swift that knows signatures of single objects only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode


def filter_factory(_global_conf: dict[str, str], **_local_conf: str) -> Callable[[Any], Any]:
    """PasteDeploy's way to make a filter."""

    def without_prefixes(app: Any) -> Any:
        def filtered(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            # An old TempURL does not look at it, and finds the signature wrong.
            query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
            known = [(name, value) for name, value in query if name != "temp_url_prefix"]
            if known != query:
                environ["QUERY_STRING"] = urlencode(known)
            return app(environ, start_response)  # type: ignore[no-any-return]

        return filtered

    return without_prefixes
