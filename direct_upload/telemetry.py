"""What is measured and traced while uploads are made: each step of one, and each request to Swift."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from direct_upload import request_id
from direct_upload.core.faults import problem_of
from direct_upload.metrics import Metrics
from direct_upload.spans import SpanKind, Tracing
from swift_store import names
from swift_store.errors import is_refusal
from swift_store.files import StoredFile
from swift_store.observer import Answered, SwiftObserver

P = ParamSpec("P")
T = TypeVar("T")

_NOT_FOUND, _CLIENT_ERROR = 404, 400
_NO_ANSWER = "none"


class Step(Enum):
    """A step of an upload, as metrics and traces name it."""

    CREATE = "create"
    RENEW = "renew"
    COMPLETE = "complete"
    DISCARD = "discard"


class Telemetry:
    """Counts and traces the steps of uploads. `now` gives Unix seconds."""

    def __init__(self, metrics: Metrics, tracing: Tracing, now: Callable[[], float]) -> None:
        self.metrics = metrics
        self.tracing = tracing
        self._now = now

    @contextmanager
    def step(self, step: Step) -> Iterator[None]:
        """Is entered around a step; what fails there is counted by its cause."""
        with self.tracing.step(step.value) as span:
            try:
                yield
            except Exception as error:
                code = problem_of(error).code
                self.metrics.failures.labels(step.value, code).inc()
                span.fail(code)
                raise

    def created(self) -> None:
        """An upload has begun."""
        self.metrics.uploads.labels("created").inc()

    def completed(self, file: StoredFile) -> None:
        """A file is new."""
        self.metrics.uploads.labels("completed").inc()
        self.metrics.committed_bytes.inc(file.size)
        seconds = self._now() - names.created_at(file.names.upload_id).timestamp()
        self.metrics.upload_seconds.observe(max(0, seconds))

    def discarded(self) -> None:
        """An upload was given up."""
        self.metrics.uploads.labels("discarded").inc()


class Observed(Protocol):
    """Whose methods are steps of uploads."""

    @property
    def telemetry(self) -> Telemetry: ...


S = TypeVar("S", bound=Observed)


def observed(
    step: Step,
) -> Callable[
    [Callable[Concatenate[S, P], Awaitable[T]]], Callable[Concatenate[S, P], Coroutine[Any, Any, T]]
]:
    """Decorates a method that is a step of an upload."""

    def decorate(
        method: Callable[Concatenate[S, P], Awaitable[T]],
    ) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
        @wraps(method)
        async def inner(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
            with self.telemetry.step(step):
                return await method(self, *args, **kwargs)

        return inner

    return decorate


class WatchedSwift(SwiftObserver):
    """Measures and traces the requests to Swift, and gives each the id of the request that it is for."""

    def __init__(self, metrics: Metrics, tracing: Tracing) -> None:
        self._metrics = metrics
        self._tracing = tracing

    def headers(self) -> Mapping[str, str]:
        """Swift takes up to 32 characters of it into its transaction id, which all its log lines have."""
        current = request_id.current()
        return {} if current is None else {"X-Trans-Id-Extra": current}

    @contextmanager
    def request(self, operation: str) -> Iterator[Answered]:
        answer: list[tuple[int, str]] = []
        started = time.perf_counter()
        attributes = {"http.request.method": operation.partition("_")[0].upper()}
        with self._tracing.step(f"swift {operation}", attributes, SpanKind.CLIENT) as span:
            try:
                yield lambda status, transaction: answer.append((status, transaction))
            finally:
                status, transaction = answer[0] if answer else (None, "")
                outcome = outcome_of(status)
                if status is not None:
                    span.set({"http.response.status_code": status, "swift.transaction_id": transaction})
                if outcome in {"refused", "unavailable"}:
                    span.fail(outcome)
                    self._metrics.swift_errors.labels(operation, status or _NO_ANSWER).inc()
                seconds = time.perf_counter() - started
                self._metrics.swift_seconds.labels(operation, outcome).observe(seconds)


def outcome_of(status: int | None) -> str:
    """How a request to Swift ended, by its status; None is that of no answer."""
    if status == _NOT_FOUND:
        return "missing"
    if status is not None and status < _CLIENT_ERROR:
        return "ok"
    return "refused" if status is not None and is_refusal(status) else "unavailable"
