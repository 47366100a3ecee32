"""What a check can say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How a check came out. A warning is for later, with a fault something does not work or is not safe."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """What is so (`found`), why it matters, what to do, and the command that does or begins it.

    There is none where only who runs Swift can do it: then `advice` has the line of Swift's configuration.
    `details` are numbers and lists for programs.
    """

    outcome: Outcome
    found: str
    why: str = ""
    advice: str = ""
    command: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def well(found: str, **details: Any) -> Finding:
    return Finding(Outcome.OK, found, details=details)


def warning(found: str, *, why: str, advice: str = "", command: str = "", **details: Any) -> Finding:
    return Finding(Outcome.WARNING, found, why, advice, command, details)


def fault(found: str, *, why: str, advice: str = "", command: str = "", **details: Any) -> Finding:
    return Finding(Outcome.FAULT, found, why, advice, command, details)


def skipped(found: str) -> Finding:
    return Finding(Outcome.SKIPPED, found)
