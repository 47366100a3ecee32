"""Where the time of a request goes, for those who collect traces; for everybody else nothing, at no cost.

OpenTelemetry is imported only when its own variables ask for it, see `tracing_from`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum

_log = logging.getLogger(__name__)

Attributes = Mapping[str, str | int]

_OTLP = "otlp"
_PROTOCOL = "http/protobuf"
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")


class SpanKind(Enum):
    """Whether a step is our own, or a question to somebody else."""

    INTERNAL = "internal"
    CLIENT = "client"


class Span:
    """A stretch of time with a name; this one leaves no trace."""

    trace_id: str | None = None

    def set(self, attributes: Attributes) -> None:
        """Tell more of it."""

    def fail(self, cause: str, detail: str = "") -> None:
        """It did not come to a good end. CAUSE is one of few words."""

    def end(self) -> None:
        """It is over; only who began it with `begin` has to say so."""


class Tracing:
    """Traces nothing."""

    def begin(self, name: str, attributes: Attributes, carrier: Mapping[str, str]) -> Span:  # noqa: ARG002 - for who traces
        """A request has come; until it ends, all that its task does belongs to it.

        CARRIER are the headers in which somebody may have begun the trace already.
        """
        return NO_SPAN

    def pass_over(self) -> None:
        """A request has come of which nobody wants to see a trace."""

    @contextmanager
    def step(
        self,
        name: str,  # noqa: ARG002 - for who traces
        attributes: Attributes | None = None,  # noqa: ARG002
        kind: SpanKind = SpanKind.INTERNAL,  # noqa: ARG002
    ) -> Iterator[Span]:
        """A part of what is under way."""
        yield NO_SPAN

    def close(self) -> None:
        """Send what was not sent yet."""


NO_SPAN = Span()
NO_TRACING = Tracing()


def tracing_from(environ: Mapping[str, str]) -> Tracing:
    """OpenTelemetry, if its own variables ask for it; what is wrong with them is no reason not to serve."""
    if not _is_wanted(environ):
        return NO_TRACING
    exporter = environ.get("OTEL_TRACES_EXPORTER", _OTLP)
    protocol = next((environ[name] for name in _PROTOCOLS if environ.get(name)), _PROTOCOL)
    if exporter != _OTLP or protocol != _PROTOCOL:
        _log.warning("no traces: they can be sent by %s over %s only", _OTLP, _PROTOCOL)
        return NO_TRACING
    try:
        from direct_upload.open_telemetry import OpenTelemetry  # noqa: PLC0415 - an extra that few need
    except ImportError:
        _log.warning("no traces: they need pip install 'direct-upload[otel]'")
        return NO_TRACING
    return OpenTelemetry()


def _is_wanted(environ: Mapping[str, str]) -> bool:
    exporter = environ.get("OTEL_TRACES_EXPORTER")
    is_off = environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or exporter == "none"
    return not is_off and bool(exporter or any(environ.get(name) for name in _ENDPOINTS))
