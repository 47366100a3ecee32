"""What a browser sees: a preflight and a PUT from each address under which people open the site."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

import requests

from direct_upload.doctor.findings import Finding, fault, well
from direct_upload.doctor.patient import Patient, request
from swift_store import account
from swift_store.declarations import variable

_ALLOWED = "Access-Control-Allow-Origin"
# What the page's requests carry beyond what browsers send unasked.
_SENT_HEADERS = "content-type,etag"
_BODY = b"sent by doctor"


def preflight(patient: Patient) -> Finding:
    origins = patient.settings.site_origins
    refused = [origin for origin in origins if not _passes(_ask(patient, origin), origin)]
    if not refused:
        return well(f"Browsers may upload from {' '.join(origins)}.", origins=list(origins))
    allowed = (patient.container_headers or {}).get(account.ALLOW_ORIGIN, "").split()
    if set(refused) <= set(allowed) or "*" in allowed:
        advice = "The container allows them: something in front of Swift does not pass OPTIONS requests on."
        command = _curl(patient, refused[0])
    else:
        advice = f"Is {variable('origins')} what people type? Then:"
        command = patient.setup_command
    others = f"; it allows {' '.join(allowed)}" if allowed else "; it allows no site at all"
    return fault(
        f"Swift does not let browsers upload from {' '.join(refused)}{others}.",
        why="Before it sends a segment, a browser asks Swift whether this site may (CORS).",
        advice=advice,
        command=command,
        refused=refused,
        allowed=allowed,
    )


def upload(patient: Patient) -> Finding:
    names = patient.new_names()
    address = patient.public_signer.segment_url(patient.container, names, 0, now=patient.swift_now)
    md5 = hashlib.md5(_BODY, usedforsecurity=False).hexdigest()
    try:
        for origin in patient.settings.site_origins:
            headers = {"Origin": origin, "ETag": md5, "Content-Type": "application/octet-stream"}
            answer = request("PUT", address, headers=headers, body=_BODY)
            finding = _upload_fault(patient, answer, origin)
            if finding is not None:
                return finding
    finally:
        patient.discard(names)
    return well(f"A PUT as a browser sends it works at {patient.public_origin}.")


def _upload_fault(patient: Patient, answer: requests.Response, origin: str) -> Finding | None:
    if not answer.ok:
        return fault(
            f"A PUT from {origin} to {patient.public_origin} is answered with {answer.status_code}.",
            why="This is how browsers send segments, and closer to Swift the same signature is accepted.",
            advice="Look at what stands in front of Swift: it must pass paths and queries on unchanged, and "
            "bodies of a segment's size.",
            status=answer.status_code,
        )
    exposed = answer.headers.get("Access-Control-Expose-Headers", "").lower()
    lacking = [
        what
        for what, there in ((_ALLOWED, _passes(answer, origin)), ("an exposed ETag", "etag" in exposed))
        if not there
    ]
    if lacking:
        return fault(
            f"Swift's answer to a PUT from {origin} has no {' and no '.join(lacking)}.",
            why="The browser stores the segment and hides that from the page, which sends it again.",
            advice="Look at what stands in front of Swift: it must pass CORS headers on unchanged.",
            command=patient.setup_command,
        )
    return None


def _ask(patient: Patient, origin: str) -> requests.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": _SENT_HEADERS,
    }
    return request("OPTIONS", _preflighted(patient), headers=headers)


def _preflighted(patient: Patient) -> str:
    return f"{patient.account_address}/{quote(patient.container)}/segments/preflight"


def _passes(answer: requests.Response, origin: str) -> bool:
    return answer.ok and answer.headers.get(_ALLOWED) in {origin, "*"}


def _curl(patient: Patient, origin: str) -> str:
    return (
        f"curl --include --request OPTIONS --header 'Origin: {origin}' "
        f"--header 'Access-Control-Request-Method: PUT' '{_preflighted(patient)}'"
    )
