"""One line for each request, and how all log lines look."""

from __future__ import annotations

import logging
from collections.abc import Callable

from pythonjsonlogger.json import JsonFormatter
from tornado.web import RequestHandler

from direct_upload import request_id
from direct_upload.handlers import SiteHandler
from swift_store.redaction import redacted

_log = logging.getLogger("direct_upload.access")

# They log whole requests, tokens and keys included; what went wrong reaches us as an exception anyway.
_TALKATIVE = ("swiftclient", "keystoneclient", "keystoneauth", "urllib3", "requests", "httpx2", "httpcore2")


_JSON = JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s", rename_fields={"asctime": "time"})
_TEXT = logging.Formatter(
    "%(asctime)s %(levelname)s %(request_id)s %(message)s", defaults={"request_id": "-"}
)


class _OfRequest(logging.Filter):
    """Adds the request's id, and its trace's, to what is logged on its behalf."""

    def filter(self, record: logging.LogRecord) -> bool:
        vars(record).update(request_id.log_fields())
        return True


class _WithoutSecrets(logging.Formatter):
    """Hides what must not be in a log, whoever wrote it there: libraries and tracebacks too."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return redacted(self._inner.format(record))


def configure(*, as_json: bool) -> None:
    """Send the log to standard error, as text or as one JSON object a line."""
    # Our lines don't tell who called, from which thread: see "Optimization" in Python's logging HOWTO.
    logging._srcfile = None  # noqa: SLF001
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    output = logging.StreamHandler()
    output.addFilter(_OfRequest())
    output.setFormatter(_WithoutSecrets(_JSON if as_json else _TEXT))
    logging.basicConfig(level=logging.INFO, handlers=[output], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def log_request(handler: RequestHandler) -> None:
    """Log and count an answered request. The query string may carry secrets, so it is not written."""
    request, status = handler.request, handler.get_status()
    seconds = request.request_time()
    name = type(handler).__name__
    if isinstance(handler, SiteHandler):
        metrics = handler.site.metrics
        # Anybody can make up a method, and each would be a time series.
        method = request.method if request.method in RequestHandler.SUPPORTED_METHODS else "other"
        metrics.requests.labels(method, name, status).inc()
        metrics.seconds.labels(name).observe(seconds)
    _level(status)(
        "%s %s %d %.1f ms",
        request.method,
        request.path,
        status,
        seconds * 1000,
        extra={
            "method": request.method,
            "path": request.path,
            "status": status,
            "duration_ms": round(seconds * 1000, 2),
            "remote": handler.client_address if isinstance(handler, SiteHandler) else request.remote_ip,
            "handler": name,
            "received_bytes": len(request.body),
        },
    )


def _level(status: int) -> Callable[..., None]:
    return _log.warning if status >= 500 else _log.info  # noqa: PLR2004 - server errors
