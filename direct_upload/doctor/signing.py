"""Whether Swift accepts our signatures: its clock, its digests, the keys, and a try."""

from __future__ import annotations

from typing import Any

from direct_upload.doctor.findings import Finding, fault, warning, well
from direct_upload.doctor.patient import Patient
from swift_store import account, account_keys, tempurl
from swift_store.declarations import variable
from swift_store.hazards import ProbeFailed
from swift_store.keys import tempurl_keys

_CLOCK_WARNING_SECONDS = 60
_METHODS = ("GET", "HEAD", "PUT")
_DIGESTS = "[filter:tempurl] allowed_digests = sha256 sha512."


def clock(patient: Patient) -> Finding:
    lead = patient.clock_lead
    if lead is None:
        return well("Swift does not tell its time.")
    size, side = f"{abs(lead):.0f} seconds", "ahead of" if lead > 0 else "behind"
    measured = {"seconds_ahead": round(lead, 1)}
    found = f"Swift's clock is {size} {side} ours."
    lifetime = patient.settings.url_lifetime
    advice = "Let both machines take their time from the same servers (NTP). On each of them:"
    if abs(lead) > lifetime / 2:
        why = f"Signed URLs are valid for {lifetime} seconds: they end too early, or live too long."
        return fault(found, why=why, advice=advice, command="timedatectl set-ntp true", **measured)
    if abs(lead) > _CLOCK_WARNING_SECONDS:
        why = f"Signed URLs lose a part of their {lifetime} seconds, or live longer than they should."
        return warning(found, why=why, advice=advice, command="timedatectl set-ntp true", **measured)
    return well("Swift's clock agrees with ours.", **measured)


def digests(patient: Patient) -> Finding:
    """Also whether there are signed URLs at all."""
    offered = patient.capabilities.digests
    said: dict[str, Any] = {"digests": list(offered)}
    lacking = _lacking_methods(patient)
    if not offered or lacking:
        what, line = (
            (
                f"Signed URLs (TempURL) don't allow {', '.join(lacking)}",
                f"methods = {' '.join(_METHODS)} POST DELETE",
            )
            if offered
            else (
                "It has no signed URLs",
                "use = egg:swift#tempurl, and tempurl before authentication in its pipeline",
            )
        )
        return fault(
            f"{what}.",
            why="Browsers can send to Swift and fetch from it by signed URLs only.",
            advice=patient.lacking(f"[filter:tempurl] {line}."),
            **said,
        )
    try:
        best = tempurl.best_digest(offered)
    except tempurl.NoCommonDigest as error:
        return fault(
            f"{str(error).capitalize()}.",
            why="None of them is one that we sign with.",
            advice=patient.lacking(_DIGESTS),
            **said,
        )
    if best is tempurl.Digest.SHA1:
        return warning(
            "Swift accepts SHA-1 signatures only.",
            why="Nobody can forge such a signature today, but SHA-1 is being retired everywhere.",
            advice=patient.lacking(
                f"{_DIGESTS} A release that does not know these has to be brought up to date."
            ),
            **said,
        )
    return well(f"Signatures are made with {best.value}.", **said)


def keys(patient: Patient) -> Finding:
    found, settings = patient.container_headers or {}, patient.settings
    stored = [name for name in (account.KEY, account.OLD_KEY) if found.get(name)]
    if not stored:
        return fault(
            f"The container {patient.container} has no TempURL key.",
            why="Swift refuses everything that we sign.",
            command=patient.setup_command,
        )
    if not account.has_key(found, settings.secrets, patient.container):
        return fault(
            f"The container {patient.container} has the TempURL key of another secret.",
            why="Swift refuses everything that we sign.",
            advice=f"Set {variable('secret')} to the one that the key was made from. For a new secret, "
            f"set {variable('old_secrets')} to the one before and run 'direct-upload rotate'. "
            "If that is lost, this takes the new one, and ends what was signed with the old:",
            command=patient.setup_command,
        )
    if any(account_keys.lacking(patient.client, settings.secrets, patient.container).values()):
        return fault(
            "The account does not have the TempURL key of the secret.",
            why="Containers have no keys here, and Swift refuses everything that we sign.",
            command=patient.setup_command,
        )
    if len(stored) > len(tempurl_keys(settings.secrets, patient.container)):
        return warning(
            "Swift still accepts the key of an older secret.",
            why="Whoever knows that secret can sign. A change of the secret was begun and not ended.",
            command="direct-upload rotate",
        )
    return well("The container has the key of the secret.")


def signatures(patient: Patient) -> Finding:
    """Try one for a single object, and one for all segments of an upload."""
    try:
        has_prefixes = patient.signs_prefixes
    except ProbeFailed as error:
        return fault(
            f"Swift refuses our signature, although it has the key: {error}.",
            why="Nobody can upload.",
            advice="Swift's proxies remember keys for a minute: after a change, wait for that. Otherwise "
            "look for something between us and Swift that changes paths or queries.",
        )
    if not has_prefixes:
        return warning(
            "Swift has no prefix signatures.",
            why="Each segment is signed by itself, which takes more requests to the site.",
            advice="Have Swift brought up to date; prefix signatures came with 2.12.",
            prefix_signatures=False,
        )
    return well("Swift accepts our signatures.", prefix_signatures=True)


def key_scope(patient: Patient) -> Finding:
    if (notice := patient.notice("account-keys")) is not None:
        return warning(
            notice,
            why="Keys of a container confine a leaked signature to it.",
            advice="Let nothing else be in this account:",
            command="swift list",
        )
    return well("Keys belong to the container.")


def _lacking_methods(patient: Patient) -> list[str]:
    return [method for method in _METHODS if method not in patient.capabilities.methods]
