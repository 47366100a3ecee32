"""Whether Swift answers, knows us, and is where browsers look for it."""

from __future__ import annotations

import shlex
import ssl
from typing import Any
from urllib.parse import urlsplit

import requests

from direct_upload.doctor.findings import Finding, fault, warning, well
from direct_upload.doctor.patient import Patient, request
from swift_store.credentials import Method
from swift_store.declarations import variable
from swift_store.errors import SwiftUnavailable

# From a page over HTTPS, browsers let requests without TLS go to these only.
_LOCAL = ("localhost", "127.0.0.1", "::1")
_VARIABLES = {
    Method.V1: "ST_AUTH, ST_USER and ST_KEY",
    Method.CLOUD: "OS_CLOUD and clouds.yaml",
    Method.RACKSPACE: "RS_USERNAME, RS_API_KEY and RS_REGION_NAME",
}


def swift_reachable(patient: Patient) -> Finding:
    if not patient.sign_in() and isinstance(patient.sign_in_error, SwiftUnavailable):
        address = _sign_in_address(patient)
        return fault(
            f"{patient.sign_in_error}{f' at {address}' if address else ''}.",
            why="Without Swift nobody can upload, download or see files.",
            advice=f"Look whether Swift runs and this machine can reach it; check {_variables(patient)}.",
            command=f"curl --include {shlex.quote(address)}" if address else "",
        )
    return well("Swift answers.")


def signed_in(patient: Patient) -> Finding:
    if patient.sign_in_error is not None:
        return fault(
            f"Swift does not know us: {patient.sign_in_error}.",
            why="The site needs its account to complete, list and delete files.",
            advice=f"Correct {_variables(patient)}; Swift's own tool reads them too.",
            command="swift stat",
        )
    found = patient.capabilities
    return well(
        f"{found.name} at {patient.cluster.storage_url}.", server=found.server.value, version=found.version
    )


def account(patient: Patient) -> Finding:
    found = patient.account_headers
    containers, size = (int(found.get(f"x-account-{what}", 0)) for what in ("container-count", "bytes-used"))
    return well(
        f"The account {patient.cluster.account_path} has {containers} containers.",
        containers=containers,
        bytes_used=size,
    )


def public_address(patient: Patient) -> Finding:
    address = patient.public_origin
    advice = f"Set {variable('swift_public_url')} to where browsers reach Swift."
    try:
        answer = request("HEAD", patient.account_address)
    except requests.exceptions.SSLError as error:
        return fault(
            f"TLS with {address} fails: {_tls_reason(error)}.",
            why="Browsers refuse to send anything there, and don't tell the page why.",
            advice="Give Swift a certificate from an authority that browsers trust, for this very name. For "
            "an authority of your own that they do trust, set REQUESTS_CA_BUNDLE to its file and try again.",
            command=f"curl --verbose --head {shlex.quote(address)}",
        )
    except requests.RequestException as error:
        return fault(
            f"Nobody answers at {address}: {type(error).__name__}.",
            why="Browsers send segments there.",
            advice=advice,
            command=f"curl --head {shlex.quote(address)}",
        )
    return well(f"Browsers are sent to {address}, which answers {answer.status_code}.", url=address)


def mixed_content(patient: Patient) -> Finding:
    swift = urlsplit(patient.public_origin)
    secure = [origin for origin in patient.settings.site_origins if origin.startswith("https:")]
    if secure and swift.scheme == "http" and swift.hostname not in _LOCAL:
        return fault(
            f"The site is opened over HTTPS ({' '.join(secure)}), and Swift is {patient.public_origin}.",
            why="Browsers let a page over HTTPS send nothing without TLS: every upload fails.",
            advice="Put TLS in front of Swift, and say where it is.",
            command=f"export {variable('swift_public_url')}=https://{swift.hostname}",
            origins=secure,
        )
    if swift.scheme == "http" and swift.hostname not in _LOCAL:
        return warning(
            f"Browsers reach Swift without TLS, at {patient.public_origin}.",
            why="Everybody on the way can read the files and their signatures.",
            advice="Put TLS in front of Swift and of the site.",
            command=f"export {variable('swift_public_url')}=https://{swift.hostname}",
        )
    return well("Site and Swift go together.")


def _tls_reason(error: requests.exceptions.SSLError) -> str:
    """OpenSSL's own words, out of what three libraries wrapped around them."""
    inner: Any = error
    while not isinstance(inner, ssl.SSLError):
        arguments = getattr(inner, "args", ())
        inner = getattr(inner, "reason", None) or (arguments[0] if arguments else None)
        if inner is None:
            return type(error).__name__
    return (getattr(inner, "verify_message", "") or inner.reason or str(inner)).rstrip(".")


def _variables(patient: Patient) -> str:
    swift = patient.settings.swift
    return _VARIABLES.get(swift.method, "the OS_* variables") if swift else ""


def _sign_in_address(patient: Patient) -> str:
    swift = patient.settings.swift
    options = dict(swift.options) if swift else {}
    return options.get("authurl") or options.get("auth_url") or ""
