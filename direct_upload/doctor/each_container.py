"""A check of one container becomes one of all that files are spread over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps

from direct_upload.doctor.findings import Finding, Outcome
from direct_upload.doctor.patient import Patient

_WORST_FIRST = (Outcome.FAULT, Outcome.WARNING, Outcome.SKIPPED, Outcome.OK)


def in_each(examine: Callable[[Patient], Finding]) -> Callable[[Patient], Finding]:
    """Examine each container. One finding tells of all; why and what to do are of the worst.

    With several containers `details` has those of each under `containers` as well.
    """

    @wraps(examine)
    def examine_all(patient: Patient) -> Finding:
        names = patient.settings.upload_containers.names
        found = {name: examine(patient.at(name)) for name in names}
        return _joined(found) if len(found) > 1 else found[patient.container]

    return examine_all


def _joined(found: Mapping[str, Finding]) -> Finding:
    worst = min(found.values(), key=lambda one: _WORST_FIRST.index(one.outcome))
    told = {name: one for name, one in found.items() if one.outcome is worst.outcome}
    # Of what is well one sentence does for all that say the same.
    said = [one.found if worst.outcome is Outcome.OK else _named(name, one) for name, one in told.items()]
    details = {**worst.details, "containers": {name: dict(one.details) for name, one in found.items()}}
    return Finding(
        worst.outcome, " ".join(dict.fromkeys(said)), worst.why, worst.advice, worst.command, details
    )


def _named(name: str, finding: Finding) -> str:
    return finding.found if name in finding.found else f"In {name}: {finding.found}"
