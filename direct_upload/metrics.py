"""What Prometheus can ask for at `/metrics`."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

MULTIPROCESS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Our counters, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "direct_upload_requests_total",
            "Answered requests.",
            ["method", "handler", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "direct_upload_request_seconds",
            "Time from a request's first byte to the end of its answer.",
            ["handler"],
            registry=self.registry,
        )
        self.problems = Counter(
            "direct_upload_problems_total", "Refused requests by code.", ["code"], registry=self.registry
        )
        self.uploads = Counter(
            "direct_upload_uploads_total",
            "Uploads by what happened: created, completed, discarded.",
            ["event"],
            registry=self.registry,
        )
        self.committed_bytes = Counter(
            "direct_upload_committed_bytes_total", "Size of completed files.", registry=self.registry
        )

    def text(self) -> bytes:
        """All values in Prometheus' text format; with several workers, those of all of them."""
        if MULTIPROCESS_VARIABLE not in os.environ:
            return generate_latest(self.registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
