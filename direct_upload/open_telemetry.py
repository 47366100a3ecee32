"""Traces for OpenTelemetry, sent as OTLP over HTTP; the standard `OTEL_*` variables set all about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from threading import Thread

from opentelemetry import context, propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Status, StatusCode

from direct_upload.spans import Attributes, Span, SpanKind, Tracing

_NAME = "direct-upload"
# A collector that is away must not hold up a stop for longer.
_CLOSE_SECONDS = 3
_KINDS = {SpanKind.INTERNAL: trace.SpanKind.INTERNAL, SpanKind.CLIENT: trace.SpanKind.CLIENT}


class OpenTelemetry(Tracing):
    """Collects spans and sends them in the background, by default to where the environment says."""

    def __init__(self, exporter: SpanExporter | None = None) -> None:
        # What the environment says of the service comes later, and so counts more.
        own = Resource.create({SERVICE_NAME: _NAME, SERVICE_VERSION: version(_NAME)})
        self._provider = TracerProvider(
            resource=own.merge(OTELResourceDetector().detect()), shutdown_on_exit=False
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer(_NAME, version(_NAME))

    def begin(self, name: str, attributes: Attributes, carrier: Mapping[str, str]) -> Span:
        parent = propagate.extract(carrier)
        span = self._tracer.start_span(name, parent, trace.SpanKind.SERVER, attributes)
        # It is not detached: the task is the request's own, and ends with it.
        context.attach(trace.set_span_in_context(span, parent))
        return _Recorded(span)

    def pass_over(self) -> None:
        nobody = trace.SpanContext(1, 1, is_remote=False, trace_flags=trace.TraceFlags(0))
        context.attach(trace.set_span_in_context(trace.NonRecordingSpan(nobody)))

    @contextmanager
    def step(
        self, name: str, attributes: Attributes | None = None, kind: SpanKind = SpanKind.INTERNAL
    ) -> Iterator[Span]:
        with self._tracer.start_as_current_span(
            name,
            kind=_KINDS[kind],
            attributes=attributes,
            # Which errors are failures, the one who asks knows; and a traceback is the log's.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            yield _Recorded(span)

    def close(self) -> None:
        last_try = Thread(target=self._provider.shutdown, daemon=True)
        last_try.start()
        last_try.join(_CLOSE_SECONDS)


class _Recorded(Span):
    def __init__(self, span: trace.Span) -> None:
        self._span = span
        self.trace_id = trace.format_trace_id(span.get_span_context().trace_id)

    def set(self, attributes: Attributes) -> None:
        self._span.set_attributes(attributes)

    def fail(self, cause: str, detail: str = "") -> None:
        self._span.set_attribute("error.type", cause)
        self._span.set_status(Status(StatusCode.ERROR, detail or None))

    def end(self) -> None:
        self._span.end()
