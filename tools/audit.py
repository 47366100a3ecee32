"""Fails when something that we install has a known vulnerability.

Asks pip-audit and npm about every file that pins what is installed. A registry that can't tell (no network, a
mirror without that service) fails nothing, and is not taken for a clean report: one line for each file says
how many packages were looked for, or that nobody could be asked.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tools.node import NoNodeError, find_node

_ROOT = Path(__file__).resolve().parent.parent
PINNED = ("constraints.txt", "swift_store/dev/keystone/requirements.txt")
LOCKED = ("direct_upload/frontend/package-lock.json", "bench/control_plane/companion/package-lock.json")

# Findings that harm nobody here: the vulnerability's id, and why it does not.
ACCEPTED: Mapping[str, str] = MappingProxyType({})

_SECONDS = 300
_SEVERE = ("high", "critical")


class UnansweredError(Exception):
    """The registry did not tell; the message is its reason."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A known vulnerability of a package that we install. `names`: its id and its other ids."""

    package: str
    names: tuple[str, ...]
    remedy: str

    def __str__(self) -> str:
        return f"{self.package}: {' '.join(self.names)}. {self.remedy}."


@dataclass(frozen=True, slots=True)
class Report:
    """What a registry knows of some packages; of the `silent` ones it did not tell anything."""

    packages: int
    findings: Sequence[Finding]
    silent: int = 0

    def __str__(self) -> str:
        unknown = f", {self.silent} of them unknown to the registry" if self.silent else ""
        return f"{len(self.findings)} known vulnerabilities in {self.packages} packages{unknown}"


def python_report(report: str) -> Report:
    """Read pip-audit's JSON; `UnansweredError` when it is none, or when no package was known."""
    packages = _object(report).get("dependencies", [])
    known = [package for package in packages if "skip_reason" not in package]
    if not known:
        reasons = [package["skip_reason"] for package in packages]
        raise UnansweredError(reasons[0] if reasons else "pip-audit named no package")
    return Report(len(packages), _python_findings(known), len(packages) - len(known))


def _python_findings(known: Iterable[Mapping[str, Any]]) -> list[Finding]:
    return [
        Finding(
            f"{package['name']} {package['version']}",
            (found["id"], *found.get("aliases", ())),
            f"Fixed in {', '.join(found['fix_versions'])}"
            if found["fix_versions"]
            else "There is no fix yet",
        )
        for package in known
        for found in package["vulns"]
    ]


def npm_report(report: str) -> Report:
    """Read `npm audit --json`: what is high or critical. `UnansweredError` when npm got no answer."""
    answer = _object(report)
    packages = answer.get("metadata", {}).get("dependencies", {}).get("total")
    if "vulnerabilities" not in answer or not packages:
        raise UnansweredError(str(answer.get("message") or "npm gave no reason"))
    return Report(packages, _npm_findings(answer))


def _npm_findings(answer: Mapping[str, Any]) -> list[Finding]:
    # A package that only depends on a vulnerable one names it by a text.
    return [
        Finding(name, (advisory["url"].rsplit("/", 1)[-1],), advisory["title"].rstrip("."))
        for name, package in answer["vulnerabilities"].items()
        for advisory in package["via"]
        if isinstance(advisory, dict) and advisory["severity"] in _SEVERE
    ]


def _object(report: str) -> dict[str, Any]:
    try:
        found = json.loads(report)
    except ValueError as error:
        raise UnansweredError("it gave no answer") from error
    return found if isinstance(found, dict) else {}


def unaccepted(findings: Iterable[Finding], accepted: Mapping[str, str]) -> list[Finding]:
    """The findings that nobody has given a reason for."""
    return [one for one in findings if accepted.keys().isdisjoint(one.names)]


def ask_python(file: Path) -> Report:
    """What is known of the packages that a requirements file pins."""
    pinned = [line for line in file.read_text().splitlines() if "==" in line]
    # pip-audit asks for each package by itself: the first tells whether asking for the others makes sense.
    python_report(_pip_audit(pinned[:1]))
    return python_report(_pip_audit(pinned))


def _pip_audit(pinned: Sequence[str]) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
        requirements.write("\n".join(pinned))
        requirements.flush()
        options = ["--format=json", "--aliases=on", "--progress-spinner=off", "--no-deps", "--disable-pip"]
        return _output([sys.executable, "-m", "pip_audit", *options, "--requirement", requirements.name])


def ask_npm(file: Path) -> Report:
    """What is known of the packages in a lock."""
    command = [*find_node().npm, "audit", "--json", "--package-lock-only"]
    return npm_report(_output(command, cwd=file.parent))


def _output(command: Sequence[str], cwd: Path | None = None) -> str:
    """What the command prints; its exit status tells nothing that its report does not tell better."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise UnansweredError(f"no answer in {_SECONDS} seconds") from error
    return done.stdout


def main() -> int:
    """Audit all; the status is 1 when something was found that is not accepted."""
    asked = [(name, ask_python) for name in PINNED] + [(name, ask_npm) for name in LOCKED]
    status = 0
    for name, ask in asked:
        try:
            report = ask(_ROOT / name)
        except (UnansweredError, NoNodeError) as reason:
            sys.stdout.write(f"{name}: NOT AUDITED, could not ask: {reason}\n")
            continue
        found = unaccepted(report.findings, ACCEPTED)
        sys.stdout.writelines(f"{one}\n" for one in found)
        sys.stdout.write(f"{name}: {replace(report, findings=found)}.\n")
        status = status or int(bool(found))
    return status


if __name__ == "__main__":
    sys.exit(main())
