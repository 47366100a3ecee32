"""What Swift has for files of many segments."""

from __future__ import annotations

from typing import Any

from direct_upload.doctor.findings import Finding, fault, warning, well
from direct_upload.doctor.patient import Patient
from direct_upload.sizes import size_text
from swift_store import slo
from swift_store.declarations import variable


def large_objects(patient: Patient) -> Finding:
    found = patient.cluster.info.get("slo")
    if found is None:
        return fault(
            "Swift has no static large objects (SLO).",
            why="They are how Swift checks each segment before there is a file.",
            advice="Have the slo filter put into the pipeline of Swift's proxy.",
            command="swift capabilities",
        )
    most, least = (
        int(found.get("max_manifest_segments", slo.MAX_SEGMENTS)),
        int(found.get("min_segment_size", 1)),
    )
    numbers = {"max_manifest_segments": most, "min_segment_size": least}
    if most < slo.MAX_SEGMENTS or least > slo.MIN_SEGMENT_BYTES:
        return fault(
            f"A large object has at most {most} segments here, of at least {size_text(least)}.",
            why=f"Files have up to {slo.MAX_SEGMENTS} segments, from {size_text(slo.MIN_SEGMENT_BYTES)} on.",
            advice="Have max_manifest_segments of Swift's slo filter raised.",
            command="swift capabilities",
            **numbers,
        )
    return well(f"Large objects have at most {most} segments.", **numbers)


def file_size(patient: Patient) -> Finding:
    """Whether what the settings promise fits into the cluster's segments."""
    segment = patient.cluster.max_object_bytes
    largest = slo.MAX_SEGMENTS * segment
    wished = patient.settings.max_file_size
    numbers: dict[str, Any] = {"largest_file": largest, "largest_segment": segment}
    if wished > largest:
        return warning(
            f"A file has at most {size_text(largest)} here, and the settings allow {size_text(wished)}.",
            why="The page promises more than Swift takes; larger files are refused when they are begun.",
            command=f"export {variable('max_file_size')}={largest}",
            **numbers,
        )
    return well(f"Segments have at most {size_text(segment)}, files {size_text(wished)}.", **numbers)


def bulk_delete(patient: Patient) -> Finding:
    if "bulk_delete" not in patient.cluster.info:
        return warning(
            "Swift has no bulk delete.",
            why="Deleting a file of many segments takes a request for each of them.",
            advice="Have the bulk filter put into the pipeline of Swift's proxy.",
            command="swift capabilities",
        )
    return well("Segments are deleted many at a time.")
