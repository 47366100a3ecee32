"""Goes through a table of checks in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import requests

from direct_upload.doctor.findings import Finding, Outcome, fault, skipped
from direct_upload.doctor.patient import Patient
from swift_store.errors import SwiftRefused, SwiftUnavailable


@dataclass(frozen=True)
class Check:
    """A thing to look at. It is skipped when one of those that it `needs` is at fault or was skipped."""

    id: str
    title: str
    examine: Callable[[Patient], Finding]
    needs: Sequence[str] = ()


@dataclass(frozen=True)
class Result:
    """A check and what it found."""

    check: Check
    finding: Finding

    @property
    def outcome(self) -> Outcome:
        return self.finding.outcome


def examine(
    checks: Sequence[Check], patient: Patient, *, begin: Callable[[Check], object]
) -> Iterator[Result]:
    """Yield a result for each check; BEGIN is told of each one that begins.

    A later check is only about what it says itself: what follows from an earlier fault is skipped.
    """
    unsound: set[str] = set()
    for check in checks:
        begin(check)
        missing = next((need for need in check.needs if need in unsound), None)
        finding = _finding(check, patient) if missing is None else skipped(f"Needs {missing}.")
        if finding.outcome in {Outcome.FAULT, Outcome.SKIPPED}:
            unsound.add(check.id)
        yield Result(check, finding)


def worst(results: Sequence[Result]) -> Outcome:
    """A fault if there is one, else a warning if there is one, else OK."""
    found = {result.outcome for result in results}
    return next((one for one in (Outcome.FAULT, Outcome.WARNING) if one in found), Outcome.OK)


def _finding(check: Check, patient: Patient) -> Finding:
    try:
        return check.examine(patient)
    except (SwiftUnavailable, SwiftRefused, requests.RequestException) as error:
        said = type(error).__name__ if isinstance(error, requests.RequestException) else str(error)
        return fault(
            f"This can't be tried: {said}.",
            why="Uploads ask the same of Swift.",
            advice="Try again; if it stays, look into Swift's log.",
        )
