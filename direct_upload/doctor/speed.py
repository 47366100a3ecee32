"""How far away Swift is, and how much goes through."""

from __future__ import annotations

import secrets
import statistics
import time
from typing import Any

from direct_upload.doctor.findings import Finding, fault, warning, well
from direct_upload.doctor.patient import Patient
from swift_store.slo import MIB

_HEADS = 9
_SLOW_SECONDS = 0.25
_SENT_BYTES = 8 * MIB
_SLOW_BYTES_PER_SECOND = MIB


def latency(patient: Patient) -> Finding:
    """The median of some HEAD requests; the first one may open the connection, and does not count."""
    waits = []
    for _ in range(_HEADS + 1):
        began = time.perf_counter()
        patient.client.head_container(patient.container)
        waits.append(time.perf_counter() - began)
    median = statistics.median(waits[1:])
    found = f"A request takes {median * 1000:.1f} ms."
    numbers: dict[str, Any] = {"milliseconds": round(median * 1000, 2), "requests": _HEADS}
    if median > _SLOW_SECONDS:
        return warning(
            found,
            why="Each completed upload waits for some requests one after another.",
            advice="Run the site near Swift; the bytes don't pass it, its requests do.",
            **numbers,
        )
    return well(found, **numbers)


def throughput(patient: Patient) -> Finding:
    names = patient.new_names()
    body = secrets.token_bytes(_SENT_BYTES)
    name = names.segment(0)
    try:
        began = time.perf_counter()
        patient.client.put_object(patient.container, name, body, content_type="application/octet-stream")
        sent = time.perf_counter()
        received = patient.client.read_object(patient.container, name, _SENT_BYTES)
        ended = time.perf_counter()
    finally:
        patient.discard(names)
    if received != body:
        return fault(
            "Swift gave other bytes back than it was sent.",
            why="Files are damaged, or something between us and Swift changes them.",
            advice="Look at what stands between this machine and Swift; then into the logs of Swift's disks.",
        )
    up, down = _SENT_BYTES / (sent - began), _SENT_BYTES / (ended - sent)
    found = f"{up / MIB:.0f} MiB/s to Swift, {down / MIB:.0f} MiB/s back."
    numbers: dict[str, Any] = {
        "put_bytes_per_second": round(up),
        "get_bytes_per_second": round(down),
        "bytes": _SENT_BYTES,
    }
    if min(up, down) < _SLOW_BYTES_PER_SECOND:
        return warning(
            found,
            why="Browsers don't send through this machine, but what slows it down may slow them down too.",
            advice="Try again when Swift is quiet; compare with another machine near it.",
            **numbers,
        )
    return well(found, **numbers)
