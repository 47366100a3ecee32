"""Where the time of a request goes: the port for who collects traces. What is here collects none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum

Attributes = Mapping[str, str | int]


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
