"""What the registries' reports mean: findings fail, silence does not, nor is it taken for a clean report."""

import json
import os
import re
from pathlib import Path

import pytest

from tools import audit
from tools.audit import Finding, Report, UnansweredError, npm_report, python_report, unaccepted

ROOT = Path(audit.__file__).parents[1]
CLEAN = {"name": "clean", "version": "1", "vulns": []}
SKIPPED = {"name": "private", "skip_reason": "Dependency not found and could not be audited: private (1)"}
BAD = {
    "name": "bad",
    "version": "2",
    "vulns": [{"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["2.1", "3.0"]}],
}
UNFIXED = {"name": "sad", "version": "4", "vulns": [{"id": "GHSA-x", "aliases": [], "fix_versions": []}]}


def from_pip_audit(*dependencies):
    return json.dumps({"dependencies": dependencies, "fixes": []})


@pytest.mark.parametrize(
    ("report", "found", "silent"),
    [
        (from_pip_audit(CLEAN), [], 0),
        (from_pip_audit(CLEAN, SKIPPED), [], 1),
        (
            from_pip_audit(CLEAN, BAD),
            [Finding("bad 2", ("PYSEC-2026-1", "CVE-2026-1"), "Fixed in 2.1, 3.0")],
            0,
        ),
        (from_pip_audit(SKIPPED, UNFIXED), [Finding("sad 4", ("GHSA-x",), "There is no fix yet")], 1),
    ],
    ids=["clean", "one unknown", "a finding", "a finding without a fix"],
)
def test_pip_audit_s_report_is_read(report, found, silent):
    read = python_report(report)
    assert (list(read.findings), read.silent) == (found, silent)
    assert ("unknown to the registry" in str(read)) is bool(silent)


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ("", "gave no answer"),
        ("ERROR: could not connect", "gave no answer"),
        ("[]", "named no package"),
        (from_pip_audit(), "named no package"),
        (from_pip_audit(SKIPPED), "could not be audited"),
    ],
    ids=["nothing", "no JSON", "a list", "no packages", "only unknown packages"],
)
def test_a_report_that_tells_nothing_is_no_clean_one(report, reason):
    with pytest.raises(UnansweredError, match=reason):
        python_report(report)


def advisory(severity):
    return {"title": "Eats memory.", "url": "https://example.org/advisories/GHSA-1", "severity": severity}


def from_npm(*, total=3, **packages):
    metadata = {"dependencies": {"total": total}}
    return json.dumps({"auditReportVersion": 2, "vulnerabilities": packages, "metadata": metadata})


@pytest.mark.parametrize(
    ("report", "found"),
    [
        (from_npm(), []),
        (from_npm(mild={"via": [advisory("moderate")]}), []),
        (from_npm(user={"via": ["bad"]}), []),
        (from_npm(bad={"via": ["other", advisory("high")]}), [Finding("bad", ("GHSA-1",), "Eats memory")]),
        (from_npm(bad={"via": [advisory("critical")]}), [Finding("bad", ("GHSA-1",), "Eats memory")]),
    ],
    ids=["clean", "moderate", "through another", "high", "critical"],
)
def test_npm_s_report_is_read(report, found):
    assert npm_report(report) == Report(3, found)


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ("", "gave no answer"),
        ("null", "gave no reason"),
        ('{"message": "405 Method Not Allowed", "error": {}}', "405"),
        (from_npm(total=0), "gave no reason"),
        ('{"vulnerabilities": {}}', "gave no reason"),
    ],
    ids=["nothing", "null", "a refusal", "no packages", "half a report"],
)
def test_npm_without_an_answer_is_no_clean_report(report, reason):
    with pytest.raises(UnansweredError, match=reason):
        npm_report(report)


def test_a_finding_is_accepted_by_any_of_its_names():
    finding = Finding("bad 2", ("PYSEC-2026-1", "CVE-2026-1"), "")
    assert unaccepted([finding], {"CVE-2026-1": "we never parse that"}) == []
    assert unaccepted([finding], {"CVE-2026-2": "another"}) == [finding]


def test_what_is_accepted_has_a_reason():
    assert all(reason.strip() for reason in audit.ACCEPTED.values())


def test_every_file_that_pins_packages_is_audited():
    """Those for builds and tests too: whoever gets in there is on the machine."""
    found = set()
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [one for one in folders if not one.startswith(".") and one != "node_modules"]
        pinning = [
            one for one in files if re.fullmatch(r"(requirements|constraints).*\.txt|package-lock\.json", one)
        ]
        found.update(str(Path(folder, one).relative_to(ROOT)) for one in pinning)
    assert found == {*audit.PINNED, *audit.LOCKED}


def silent(_file):
    raise UnansweredError("no network")


def clean(_file):
    return Report(7, [])


def bad(_file):
    return Report(7, [Finding("bad", ("GHSA-1",), "Eats memory")])


@pytest.mark.parametrize(
    ("answers", "status", "words"),
    [
        ((clean, clean), 0, "constraints.txt: 0 known vulnerabilities in 7 packages."),
        (
            (silent, clean),
            0,
            "constraints.txt: NOT AUDITED, could not ask: no network",
        ),
        ((silent, bad), 1, "bad: GHSA-1. Eats memory."),
        ((bad, silent), 1, "bad: GHSA-1. Eats memory."),
    ],
    ids=["clean", "pip-audit is silent", "npm finds", "pip-audit finds"],
)
def test_findings_fail_and_silence_does_not_but_is_told(monkeypatch, capsys, answers, status, words):
    for name, answer in zip(("ask_python", "ask_npm"), answers, strict=True):
        monkeypatch.setattr(audit, name, answer)
    assert audit.main() == status
    told = capsys.readouterr().out
    assert words in told
    assert told.count("could not ask") == 2 * answers.count(silent)


def test_a_command_that_hangs_is_no_answer(monkeypatch):
    monkeypatch.setattr(audit, "_SECONDS", 0.01)
    with pytest.raises(UnansweredError, match="no answer in"):
        audit._output(["sleep", "5"])
