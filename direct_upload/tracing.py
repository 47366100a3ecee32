"""Who collects traces: OpenTelemetry, imported only when its own variables ask for it; else nobody."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from direct_upload.spans import NO_TRACING, Tracing

_log = logging.getLogger(__name__)

_OTLP = "otlp"
_PROTOCOL = "http/protobuf"
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")


def tracing_from(environ: Mapping[str, str]) -> Tracing:
    """What the environment asks for; what is wrong with that is no reason not to serve."""
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
