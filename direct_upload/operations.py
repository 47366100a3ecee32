"""How a handler's method describes itself: the OpenAPI document is made of these, so it can't drift away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

F = TypeVar("F", bound=Callable[..., Any])

# What every operation that asks Swift can be refused with.
STORAGE_PROBLEMS = ("storage-unavailable", "storage-refused")


@dataclass(frozen=True)
class Parameter:
    """A parameter of the query: what it means, and its JSON schema."""

    meaning: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True)
class Operation:
    """One method of one address.

    `answers` maps a status to the message in its body (a media type for what is no JSON, None for no body);
    `problems` are the codes that it can be refused with, besides those that every operation shares.
    """

    summary: str
    answers: Mapping[int, type[BaseModel] | str | None]
    body: type[BaseModel] | None = None
    problems: tuple[str, ...] = ()
    query: Mapping[str, Parameter] | None = None
    headers: Mapping[str, str] | None = None


def operation(described: Operation) -> Callable[[F], F]:
    """Attach the description to a handler's method."""

    def attach(method: F) -> F:
        method.operation = described  # type: ignore[attr-defined]
        return method

    return attach


def operation_of(method: Any) -> Operation | None:
    """The description of a handler's method, if it has one."""
    return getattr(method, "operation", None)
