"""What Swift has for files of many segments."""

from __future__ import annotations

from typing import Any

from direct_upload.doctor.findings import Finding, warning, well
from direct_upload.doctor.patient import Patient
from direct_upload.sizes import size_text
from swift_store.declarations import variable
from swift_store.uploads import Limits


def large_objects(patient: Patient) -> Finding:
    found = patient.capabilities.slo
    if found is None:
        return warning(
            "Swift has no static large objects (SLO).",
            why=patient.notice("weaker-promise") or "",
            advice=patient.lacking(
                "[filter:slo] use = egg:swift#slo, and slo before proxy-server in its pipeline."
            ),
            slo=False,
        )
    numbers: dict[str, Any] = {
        "slo": True,
        "max_segments": found.max_segments,
        "min_segment_bytes": found.min_segment_bytes,
    }
    return well(f"Large objects have at most {found.max_segments} segments.", **numbers)


def file_size(patient: Patient) -> Finding:
    """Whether what the settings promise fits into the cluster's segments."""
    settings = patient.settings
    limits = Limits.within(
        patient.capabilities,
        max_file_size=settings.max_file_size,
        segment_size=settings.segment_size,
        ticket_lifetime=settings.ticket_lifetime,
    )
    largest, segment, wished = limits.max_file_size, limits.max_segment_size, settings.max_file_size
    numbers: dict[str, Any] = {"largest_file": largest, "largest_segment": segment}
    if wished > largest:
        return warning(
            f"A file has at most {size_text(largest)} here, and the settings allow {size_text(wished)}.",
            why="Larger files are refused when they are begun, which is not what the settings say.",
            command=f"export {variable('max_file_size')}={largest}",
            **numbers,
        )
    return well(f"Segments have at most {size_text(segment)}, files {size_text(wished)}.", **numbers)


def bulk_delete(patient: Patient) -> Finding:
    if patient.capabilities.max_deletes is None:
        return warning(
            "Swift has no bulk delete.",
            why="Deleting a file of many segments takes a request for each of them.",
            advice=patient.lacking(
                "[filter:bulk] use = egg:swift#bulk, and bulk behind cache in its pipeline."
            ),
        )
    return well("Segments are deleted many at a time.")
