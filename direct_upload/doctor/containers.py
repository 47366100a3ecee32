"""The containers as `setup` leaves them, and how much room there is."""

from __future__ import annotations

from collections.abc import Mapping

from direct_upload.doctor.findings import Finding, fault, warning, well
from direct_upload.doctor.patient import Patient
from direct_upload.sizes import size_text
from swift_store import account as accounts
from swift_store import spread
from swift_store.declarations import variable
from swift_store.private_store import CLOSED, PrivateStore, private_container

_LITTLE = 0.1


def container(patient: Patient) -> Finding:
    found = patient.container_headers
    if found is None:
        return fault(
            f"The container {patient.container} does not exist.",
            why="Files are in it.",
            command=patient.setup_command,
        )
    objects, size = (int(found.get(f"x-container-{what}", 0)) for what in ("object-count", "bytes-used"))
    return well(f"The container {patient.container} has {objects} objects.", objects=objects, bytes_used=size)


def left_behind(patient: Patient) -> Finding:
    """Whether there were more containers once, with files that nobody finds now."""
    hidden = spread.left_behind(patient.client, patient.settings.upload_containers)
    if hidden:
        most = max(int(name.rpartition("-")[2]) for name in hidden) + 1
        return fault(
            f"There are files in {', '.join(hidden)}, where the site does not look.",
            why="Their owners don't see them: the number of containers may grow, and never shrink.",
            command=f"export {variable('containers')}={most}",
            containers=list(hidden),
        )
    return well("No files are left behind in other containers.")


def private(patient: Patient) -> Finding:
    name = private_container(patient.container)
    found = patient.client.head_container(name)
    store = PrivateStore(patient.client, patient.container)
    if found is None or store.owner_key() is None:
        what = f"The container {name} does not exist" if found is None else f"{name} has no key of owners"
        return fault(
            f"{what}.",
            why="API tokens, links and who owns what are kept there.",
            command=patient.setup_command,
        )
    open_doors = [header for header in CLOSED if found.get(header)]
    if open_doors:
        return fault(
            f"The container {name} is open to others: {', '.join(open_doors)}.",
            why="API tokens, links and the key of owners are in it; nobody but the site may read them.",
            command=patient.setup_command,
        )
    return well(f"The container {name} is closed to all but us.")


def exposed_headers(patient: Patient) -> Finding:
    missing = accounts.unexposed(patient.container_headers or {})
    if missing:
        return warning(
            f"Pages can't read these headers of Swift's answers: {', '.join(missing)}.",
            why="Without them a page can't show progress of a download or tell what went wrong.",
            command=patient.setup_command,
            missing=missing,
        )
    return well("Pages can read the headers that they need.")


def account_quota(patient: Patient) -> Finding:
    found = patient.account_headers
    limit = found.get("x-account-quota-bytes") or found.get("x-account-meta-quota-bytes")
    return _quota(
        patient, "account", limit, found, "Have the quota raised, as only a reseller's administrator may:"
    )


def container_quota(patient: Patient) -> Finding:
    found, wished = patient.container_headers or {}, patient.settings.container_quota
    limit = found.get(accounts.QUOTA)
    if wished is not None and limit != str(wished):
        return warning(
            f"The container's quota is {size_text(int(limit)) if limit else 'not set'}; "
            f"the settings say {size_text(wished)}.",
            why="Swift goes by its own.",
            command=patient.setup_command,
            limit=int(limit) if limit else None,
        )
    return _quota(patient, "container", limit, found, "Raise DIRECT_UPLOAD_CONTAINER_QUOTA, and then:")


def _quota(patient: Patient, whose: str, limit: str | None, found: Mapping[str, str], advice: str) -> Finding:
    if not limit:
        return well(f"The {whose} has no quota.", limit=None)
    most, used = int(limit), int(found.get(f"x-{whose}-bytes-used", 0))
    left = max(0, most - used)
    said = f"Of the {whose}'s quota of {size_text(most)}, {size_text(left)} are left."
    numbers = {"limit": most, "used": used, "left": left}
    command = patient.setup_command if whose == "container" else f"swift post -m quota-bytes:{2 * most}"
    if left < patient.settings.segment_size:
        why = "There is no room for another segment: uploads fail, and the page is not told why."
        return fault(said, why=why, advice=advice, command=command, **numbers)
    if left < _LITTLE * most:
        why = "When it is used up, uploads fail, and the page is not told why."
        return warning(said, why=why, advice=advice, command=command, **numbers)
    return well(said, **numbers)
