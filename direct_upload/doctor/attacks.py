"""What an uploader might try."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from direct_upload.doctor.findings import Finding, fault, warning, well
from direct_upload.doctor.patient import Patient
from swift_store import hazards as probes
from swift_store.declarations import variable
from swift_store.hazards import ProbeFailed


def hazards(patient: Patient) -> Finding:
    try:
        found = probes.all_hazards(
            patient.client,
            patient.signer,
            patient.container,
            now=patient.swift_now,
            randomness=secrets.token_bytes(probes.RANDOM_BYTES),
        )
    except ProbeFailed as error:
        return fault(
            f"The attacks can't be tried: {error}.",
            why="So nobody knows whether this Swift is safe.",
            advice="Try again; if it stays, look into Swift's log.",
        )
    if not found:
        return well("An uploader can do nothing but upload.")
    say = warning if patient.settings.allow_unsafe_swift else fault
    named = ", ".join(one.attack for one in found)
    return say(
        f"Swift lets an uploader do what he must not: {named}.",
        why=" ".join(dict.fromkeys(one.danger for one in found)),
        advice="Have Swift brought up to date: 2.38.2 or newer, or one with the fix for CVE-2026-97149. "
        f"{_until_then(found)}Where everybody may read everything, {variable('allow_unsafe_swift')}=1 lets "
        "the site serve.",
        attacks=[one.attack for one in found],
    )


def _until_then(found: Sequence[probes.Finding]) -> str:
    """Headers that do harm can be stripped, by any release."""
    headers = [one.attack.lower() for one in found if one.attack.startswith("X-")]
    if not headers:
        return ""
    # What Swift strips unasked, and this replaces.
    line = " ".join(["x-timestamp", "x-open-expired", *headers])
    return f"Until then, in its proxy-server.conf: [filter:tempurl] incoming_remove_headers = {line}. "
