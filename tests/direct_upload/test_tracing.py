"""Traces: nothing of OpenTelemetry without its variables; with them, spans at a real OTLP receiver."""

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from direct_upload.metrics import Metrics
from direct_upload.open_telemetry import OpenTelemetry
from direct_upload.spans import NO_TRACING
from direct_upload.telemetry import Step, Telemetry, WatchedSwift, outcome_of
from direct_upload.tracing import tracing_from
from swift_store.errors import Problem

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


class Receiver:
    """An OTLP receiver that keeps what it is sent."""

    def __init__(self):
        self.spans, self.resources = [], []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.take(self.path, ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def take(self, path, request):
        assert path == "/v1/traces"
        for of_resource in request.resource_spans:
            self.resources.append(attributes(of_resource.resource))
            for of_scope in of_resource.scope_spans:
                self.spans.extend(of_scope.spans)

    def named(self, name):
        return [span for span in self.spans if span.name == name]

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def attributes(described):
    values = {one.key: one.value for one in described.attributes}
    return {key: value.string_value or value.int_value for key, value in values.items()}


@pytest.fixture(scope="module")
def receiver():
    one = Receiver()
    yield one
    one.close()


@pytest.fixture(scope="module")
def site(prepared, run_site, ready, receiver):
    variables = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url,
        "OTEL_SERVICE_NAME": "uploads-of-ours",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "DIRECT_UPLOAD_TRUSTED_PROXIES": "127.0.0.0/8 ::1",
        "DIRECT_UPLOAD_LOG_JSON": "1",
    }
    running = run_site(prepared() | variables)
    ready(running)
    yield running
    running.end()


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"OTEL_SERVICE_NAME": "a"},
        {**ENDPOINT, "OTEL_SDK_DISABLED": "true"},
        {**ENDPOINT, "OTEL_TRACES_EXPORTER": "none"},
        {**ENDPOINT, "OTEL_TRACES_EXPORTER": "console"},
        {**ENDPOINT, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
    ],
    ids=str,
)
def test_nothing_is_traced_unless_the_standard_variables_ask_for_what_we_can(environ):
    assert tracing_from(environ) is NO_TRACING


@pytest.mark.parametrize(
    "environ",
    [
        ENDPOINT,
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9/v1/traces"},
        {"OTEL_TRACES_EXPORTER": "otlp"},
    ],
    ids=str,
)
def test_they_ask_for_it_by_an_endpoint_or_by_an_exporter(environ):
    tracing = tracing_from(environ)
    assert isinstance(tracing, OpenTelemetry)
    tracing.close()


def test_who_does_not_trace_imports_nothing_of_it():
    """Other libraries look for its API by themselves; what makes spans, and sends them, is ours to avoid."""
    code = "import sys, direct_upload.server; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = ("direct_upload.open_telemetry", "opentelemetry.sdk.trace", "opentelemetry.exporter")
    assert [name for name in done.stdout.split() if name.startswith(ours)] == []


@pytest.fixture
def recorded():
    """A telemetry, and a function that gives the spans that it made."""
    exporter = InMemorySpanExporter()
    tracing = OpenTelemetry(exporter)
    telemetry = Telemetry(Metrics(), tracing, lambda: 0)

    def spans():
        tracing.close()
        return {span.name: span for span in exporter.get_finished_spans()}

    return telemetry, spans


def test_a_step_that_fails_says_why_without_what_was_in_it(recorded):
    telemetry, spans = recorded
    with pytest.raises(Problem), telemetry.step(Step.COMPLETE):
        raise Problem("segments-rejected", "with a detail")
    span = spans()["complete"]
    assert span.attributes["error.type"] == "segments-rejected"
    assert not span.status.is_ok
    assert "with a detail" not in span.to_json()


def test_a_request_to_swift_belongs_to_its_step_and_names_its_transaction(recorded):
    telemetry, spans = recorded
    swift = WatchedSwift(telemetry.metrics, telemetry.tracing)
    with telemetry.step(Step.DISCARD), swift.request("head_object") as answered:
        answered(404, "tx-1")
    inner, outer = spans()["swift head_object"], spans()["discard"]
    assert inner.parent.span_id == outer.context.span_id
    assert inner.attributes["swift.transaction_id"] == "tx-1"
    assert inner.attributes["http.response.status_code"] == 404
    assert "error.type" not in inner.attributes


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "ok"), (304, "ok"), (404, "missing"), (412, "refused"), (429, "unavailable"), (503, "unavailable"),
     (None, "unavailable")],
)  # fmt: skip
def test_an_outcome_is_one_of_four(status, outcome):
    assert outcome_of(status) == outcome


def test_an_upload_leaves_a_trace_from_the_proxy_down_to_swift(api, site, receiver, log_lines, eventually):
    upload = api.begin(b"x" * 100).send()
    body = {"ticket": upload.ticket, "segments": upload.md5s}
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-ID": "traced-1"}
    api.post(f"/api/uploads/{upload.id}/complete", json=body, headers=headers)
    eventually(lambda: receiver.named("POST Completion"))
    (request,) = receiver.named("POST Completion")
    (step,) = receiver.named("complete")
    swift = next(span for span in receiver.named("swift put_manifest") if span.trace_id == request.trace_id)
    assert request.trace_id.hex() == TRACE
    assert request.parent_span_id.hex() == PARENT
    assert step.parent_span_id == request.span_id
    assert swift.parent_span_id == step.span_id
    assert attributes(request)["http.response.status_code"] == 201
    assert attributes(request)["direct_upload.request_id"] == "traced-1"
    assert attributes(swift)["swift.transaction_id"].endswith("-traced-1")
    assert receiver.resources[0]["service.name"] == "uploads-of-ours"
    eventually(lambda: any(line.get("trace_id") == TRACE for line in log_lines(site)))


def test_probes_leave_no_trace_and_spans_have_no_secret(api, receiver, eventually):
    api.get("/readyz")
    upload = api.begin(b"x", name="private name.txt")
    api.get(f"/l/{upload.id}")
    upload.complete()
    eventually(lambda: receiver.named("GET FollowedLink"))
    assert receiver.named("GET Ready") == []
    seen = str(receiver.spans)
    hidden = [upload.ticket, "temp_url_sig", "private name", upload.id, *dict(api.cookies).values()]
    assert [secret for secret in hidden if secret in seen] == []
