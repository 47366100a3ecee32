"""What uploads left behind, and files whose segments are gone or changed."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from direct_upload.doctor.findings import Finding, fault, skipped, warning, well
from direct_upload.doctor.patient import Patient
from direct_upload.sizes import age_text, size_text
from swift_store import ticket_times
from swift_store.containers import Containers
from swift_store.private_store import PrivateStore
from swift_store.sweep import sweep

# A listing of as many takes half a minute.
_MOST_OBJECTS = 500_000
# A sweep that runs every day leaves nothing that is older.
_NEGLECTED = timedelta(days=2)


def leftovers(patient: Patient) -> Finding:
    objects = int((patient.container_headers or {}).get("x-container-object-count", 0))
    if objects > _MOST_OBJECTS:
        return skipped(f"To list {objects} objects takes long: direct-upload sweep --dry-run")
    records = PrivateStore(patient.client, patient.settings.container)
    before = ticket_times.look(
        patient.client, records, patient.settings.ticket_lifetime, time.time()
    ).over_before
    found = sweep(patient.client, Containers(patient.container), began_before=before, dry_run=True)
    numbers: dict[str, Any] = {
        "uploads": found.uploads,
        "bytes": found.orphan_size,
        "strays": found.strays,
        "oldest_at": found.oldest_at.isoformat() if found.oldest_at else None,
        "broken_files": list(found.broken),
    }
    if found.broken_files:
        return fault(
            f"Files whose segments are gone or changed: {found.broken_files}, such as {found.broken[0]}.",
            why="Swift refuses their download (409): segments were overwritten, deleted or lost.",
            advice="Their owners have to delete them and upload them again. To see whose they are:",
            command=f"direct-upload status --upload {found.broken[0]}",
            **numbers,
        )
    segments = found.segments + found.strays
    said = f"Segments that belong to no file: {segments}, with {size_text(found.orphan_size)}."
    if found.oldest_at is not None and found.oldest_at < before - _NEGLECTED:
        return warning(
            f"{said} The oldest is {age_text(time.time() - found.oldest_at.timestamp())} old.",
            why="They take room that nobody counts. A sweep every day would have deleted them.",
            command="direct-upload sweep",
            **numbers,
        )
    return well(said if segments else "Nothing is left over.", **numbers)
