"""What the registries' reports mean: findings fail, silence does not, nor is it taken for a clean report."""

import json

import pytest

from tools import audit
from tools.audit import Finding, UnansweredError, npm_findings, python_findings, unaccepted

CLEAN = {"name": "clean", "version": "1", "vulns": []}
SKIPPED = {"name": "private", "skip_reason": "Dependency not found and could not be audited: private (1)"}
BAD = {
    "name": "bad",
    "version": "2",
    "vulns": [{"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["2.1", "3.0"]}],
}
UNFIXED = {"name": "sad", "version": "4", "vulns": [{"id": "GHSA-x", "aliases": [], "fix_versions": []}]}


def python_report(*dependencies):
    return json.dumps({"dependencies": dependencies, "fixes": []})


@pytest.mark.parametrize(
    ("report", "found"),
    [
        (python_report(CLEAN), []),
        (python_report(CLEAN, SKIPPED), []),
        (python_report(CLEAN, BAD), [Finding("bad 2", ("PYSEC-2026-1", "CVE-2026-1"), "Fixed in 2.1, 3.0")]),
        (python_report(SKIPPED, UNFIXED), [Finding("sad 4", ("GHSA-x",), "There is no fix yet")]),
    ],
    ids=["clean", "one unknown", "a finding", "a finding without a fix"],
)
def test_pip_audit_s_report_is_read(report, found):
    assert python_findings(report) == found


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ("", "gave no answer"),
        ("ERROR: could not connect", "gave no answer"),
        ("[]", "named no package"),
        (python_report(), "named no package"),
        (python_report(SKIPPED), "could not be audited"),
    ],
    ids=["nothing", "no JSON", "a list", "no packages", "only unknown packages"],
)
def test_a_report_that_tells_nothing_is_no_clean_one(report, reason):
    with pytest.raises(UnansweredError, match=reason):
        python_findings(report)


def advisory(severity):
    return {"title": "Eats memory.", "url": "https://example.org/advisories/GHSA-1", "severity": severity}


def npm_report(**packages):
    return json.dumps({"auditReportVersion": 2, "vulnerabilities": packages})


@pytest.mark.parametrize(
    ("report", "found"),
    [
        (npm_report(), []),
        (npm_report(mild={"via": [advisory("moderate")]}), []),
        (npm_report(user={"via": ["bad"]}), []),
        (npm_report(bad={"via": ["other", advisory("high")]}), [Finding("bad", ("GHSA-1",), "Eats memory")]),
        (npm_report(bad={"via": [advisory("critical")]}), [Finding("bad", ("GHSA-1",), "Eats memory")]),
    ],
    ids=["clean", "moderate", "through another", "high", "critical"],
)
def test_npm_s_report_is_read(report, found):
    assert npm_findings(report) == found


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ("", "gave no answer"),
        ("null", "gave no reason"),
        ('{"message": "405 Method Not Allowed", "error": {}}', "405"),
    ],
)
def test_npm_without_an_answer_is_no_clean_report(report, reason):
    with pytest.raises(UnansweredError, match=reason):
        npm_findings(report)


def test_a_finding_is_accepted_by_any_of_its_names():
    finding = Finding("bad 2", ("PYSEC-2026-1", "CVE-2026-1"), "")
    assert unaccepted([finding], {"CVE-2026-1": "we never parse that"}) == []
    assert unaccepted([finding], {"CVE-2026-2": "another"}) == [finding]


def test_what_is_accepted_has_a_reason():
    assert all(reason.strip() for reason in audit.ACCEPTED.values())


def silent():
    raise UnansweredError("no network")


def found():
    return [Finding("bad", ("GHSA-1",), "Eats memory")]


@pytest.mark.parametrize(
    ("answers", "status", "words"),
    [
        ((list, list), 0, "0 known vulnerabilities"),
        ((silent, silent), 0, "not audited"),
        ((silent, found), 1, "bad: GHSA-1. Eats memory."),
        ((found, silent), 1, "bad: GHSA-1. Eats memory."),
    ],
    ids=["clean", "nobody answers", "npm finds", "pip-audit finds"],
)
def test_findings_fail_and_silence_does_not(monkeypatch, capsys, answers, status, words):
    for name, answer in zip(("_python", "_npm"), answers, strict=True):
        monkeypatch.setattr(audit, name, answer)
    assert audit.main() == status
    assert words in capsys.readouterr().out


def test_a_command_that_hangs_is_no_answer(monkeypatch):
    monkeypatch.setattr(audit, "_SECONDS", 0.01)
    with pytest.raises(UnansweredError, match="no answer in"):
        audit._output(["sleep", "5"])
