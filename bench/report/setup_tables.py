"""Tables of the appendix: what was compared, under which loads, where, and what may be doubtful."""

from bench.calibration import is_idle
from bench.records import Scenario
from bench.report import numbers
from bench.report.table import Table, table
from bench.results import Results


def warnings(results: Results) -> Table:
    """Everything that may be doubtful about the measurements."""
    return table(
        "Warnings",
        ("About", "code", "what"),
        [
            (
                f"{results.scenario(found.scenario).label}, {results.architecture(found.architecture).label}"
                if found.scenario
                else "the whole run",
                found.caution.code.value,
                found.caution.text,
            )
            for found in results.warnings
        ],
    )


def contenders(results: Results) -> Table:
    """The architectures and their settings."""
    return table(
        "Architectures",
        ("Name", "workers", "threads", "uploads served at once", "what it does"),
        [
            (
                way.label,
                f"{way.workers} {way.worker_class}".strip(),
                str(way.threads),
                "any number" if way.concurrency is None else str(way.concurrency),
                way.description or numbers.NOTHING,
            )
            for way in results.run.architectures
        ],
    )


def loads(results: Results) -> Table:
    """The scenarios."""
    return table(
        "Scenarios",
        ("Name", "seconds", "uploaders", "each sends at", "visits a second", "what it stands for"),
        [
            (
                scenario.label,
                numbers.count(scenario.seconds),
                numbers.count(scenario.uploaders),
                _bandwidth(scenario),
                numbers.count(scenario.visitor_rate),
                scenario.description,
            )
            for scenario in results.run.scenarios
        ],
    )


def _bandwidth(scenario: Scenario) -> str:
    if is_idle(scenario):
        return numbers.NOTHING
    return (
        "full speed" if scenario.bandwidth_bits is None else numbers.amount(scenario.bandwidth_bits, "bit/s")
    )


def machine(results: Results) -> Table:
    """Where and with what it was measured."""
    of = results.run.machine
    known = {
        "CPU": of.cpu,
        "cores": str(of.cores),
        "memory": numbers.amount(of.memory_bytes),
        "kernel": of.kernel,
        "Python": of.python,
        **results.run.versions,
        **{f"affinity: {name}": str(value) for name, value in results.run.affinity.items()},
        **{f"setting: {name}": str(value) for name, value in results.run.settings.items()},
    }
    return table("Machine, versions and settings", ("What", "value"), list(known.items()))
