"""What Swift's S3 API lacks for browsers: CORS in the answers that begin and end a multipart upload.

Without these headers Uppy can't send any file of more than one part to Swift. Parts are answered with what
their container allows, and are not touched.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

_ALLOW: Final = "Access-Control-Allow-Origin"

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class AllowAnyOrigin:
    """WSGI middleware that lets pages of any site read the answers that say nothing about it."""

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if "HTTP_ORIGIN" not in environ or "X-Amz-Credential" not in environ.get("QUERY_STRING", ""):
            return self._app(environ, start_response)

        def start(status: str, headers: list[tuple[str, str]], *others: Any) -> Any:
            if all(name.lower() != _ALLOW.lower() for name, _ in headers):
                headers = [*headers, (_ALLOW, "*"), ("Access-Control-Expose-Headers", "ETag")]
            return start_response(status, headers, *others)

        return self._app(environ, start)


def filter_factory(_global_conf: Mapping[str, str], **_local_conf: str) -> type[AllowAnyOrigin]:
    """PasteDeploy's entry."""
    return AllowAnyOrigin
