"""What Prometheus can ask for at `/metrics`."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from swift_store.sweep import Swept

MULTIPROCESS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
# From a note to a disk image over a home's line; a ticket ends after a week.
_UPLOAD_BUCKETS = (
    *(1, 3, 10, 30, _MINUTE, 3 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE),
    *(_HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, _DAY, 3 * _DAY, 7 * _DAY),
)
# A commit may take minutes: Swift looks at every segment.
_SWIFT_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_LAG_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

# What to make of a gauge that several workers have set.
_Workers = Literal["livesum", "max", "mostrecent"]


@dataclass(frozen=True)
class Described:
    """A metric as people read of it."""

    name: str
    kind: str
    labels: Sequence[str]
    meaning: str


class Metrics:
    """Our metrics, in a registry of their own. A label has as many values as there are codes, or statuses."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.described: list[Described] = []
        self._of_requests()
        self._of_uploads()
        self._of_swift()
        self._of_leftovers()
        self._of_the_process()

    def _of_requests(self) -> None:
        self.requests = self._counter("requests_total", "Answered requests.", "method", "handler", "status")
        self.seconds = self._histogram(
            "request_duration_seconds",
            "Time from a request's first byte to the end of its answer.",
            Histogram.DEFAULT_BUCKETS,
            "handler",
        )
        self.problems = self._counter("problems_total", "Refused requests by code.", "code")

    def _of_uploads(self) -> None:
        self.uploads = self._counter(
            "uploads_total", "Uploads by what happened: created, completed, discarded.", "event"
        )
        self.failures = self._counter(
            "upload_failures_total",
            "Steps of an upload (create, renew, complete, discard) that were refused or failed, by code.",
            *("step", "code"),
        )
        self.committed_bytes = self._counter("committed_bytes_total", "Size of completed files.")
        self.upload_seconds = self._histogram(
            "upload_duration_seconds", "Time from an upload's ticket to its commit.", _UPLOAD_BUCKETS
        )

    def _of_swift(self) -> None:
        self.swift_seconds = self._histogram(
            "swift_request_duration_seconds",
            "Time until Swift's answer begins, by operation and outcome (ok, missing, refused, unavailable).",
            _SWIFT_BUCKETS,
            *("operation", "outcome"),
        )
        self.swift_errors = self._counter(
            "swift_errors_total",
            "Requests that Swift refused or failed, by operation and status (none: no answer).",
            *("operation", "status"),
        )

    def _of_leftovers(self) -> None:
        self._orphan_bytes = self._gauge(
            "orphan_bytes",
            "Size of the segments of no file that the last sweep found and deleted.",
            "mostrecent",
        )
        self._orphan_uploads = self._gauge(
            "orphan_uploads",
            "Uploads that nobody could complete, which the last sweep deleted.",
            "mostrecent",
        )
        self._open_bytes = self._gauge(
            "open_bytes", "Size of the segments of uploads under way, as the last sweep saw.", "mostrecent"
        )
        self._broken_files = self._gauge(
            "broken_files",
            "Files of which segments are gone or changed, as the last sweep saw.",
            "mostrecent",
        )
        self._swept_at = self._gauge(
            "last_sweep_timestamp_seconds", "When the last sweep ended, in Unix time.", "mostrecent"
        )

    def _of_the_process(self) -> None:
        self.loop_lag = self._histogram(
            "event_loop_lag_seconds", "How much later than asked the event loop came back.", _LAG_BUCKETS
        )
        self.connections = self._gauge("open_connections", "Connections of clients.", "livesum")
        build = self._gauge("build_info", "What is running; always 1.", "max", "version", "python")
        build.labels(version("direct-upload"), platform.python_version()).set(1)

    def sweep(self, swept: Swept, *, now: float) -> None:
        """Show what a sweep found that ended NOW, in Unix time."""
        self._orphan_bytes.set(swept.orphan_size)
        self._orphan_uploads.set(swept.uploads)
        self._open_bytes.set(swept.open_size)
        self._broken_files.set(swept.broken_files)
        self._swept_at.set(now)

    def text(self) -> bytes:
        """All values in Prometheus' text format; with several workers, those of all of them."""
        if MULTIPROCESS_VARIABLE not in os.environ:
            return generate_latest(self.registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)

    def markdown_table(self) -> str:
        """All metrics as the documentation shows them."""
        rows = [
            f"| `{one.name}` | {one.kind} | {', '.join(one.labels)} | {one.meaning} |"
            for one in self.described
        ]
        return "\n".join(["| metric | type | labels | meaning |", "| --- | --- | --- | --- |", *rows])

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(*self._describe(name, "counter", labels, meaning), labels, registry=self.registry)

    def _histogram(self, name: str, meaning: str, buckets: Sequence[float], *labels: str) -> Histogram:
        described = self._describe(name, "histogram", labels, meaning)
        return Histogram(*described, labels, buckets=buckets, registry=self.registry)

    def _gauge(self, name: str, meaning: str, workers: _Workers, *labels: str) -> Gauge:
        described = self._describe(name, "gauge", labels, meaning)
        return Gauge(*described, labels, multiprocess_mode=workers, registry=self.registry)

    def _describe(self, name: str, kind: str, labels: Sequence[str], meaning: str) -> tuple[str, str]:
        one = Described(f"direct_upload_{name}", kind, labels, meaning)
        self.described.append(one)
        return one.name, one.meaning
