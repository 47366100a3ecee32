"""The report as Markdown: the verdict, the promises and every table, for a terminal, an issue or the docs."""

from bench.report import measured_tables, model_tables, setup_tables
from bench.report.claims import claims
from bench.report.table import Cell, Level, Table
from bench.report.verdict import verdict
from bench.results import Results

_SIGNS = {Level.GOOD: "● ", Level.FAIR: "◐ ", Level.BAD: "○ ", Level.FAILED: "✕ ", Level.PLAIN: ""}


def markdown(results: Results) -> str:
    """The whole report."""
    run = results.run
    judged = [
        f"- {plain(claim.promise)}: **{claim.outcome}**. {plain(claim.evidence)}" for claim in claims(results)
    ]
    model = (model_tables.servers, model_tables.memory, model_tables.predictions)
    setup = (setup_tables.warnings, setup_tables.contenders, setup_tables.loads, setup_tables.machine)
    parts = [
        "# Uploads: direct or through the application, measured",
        summary(results),
        "## What the design promised",
        "\n".join(judged),
        *(part for scenario in run.scenarios for part in _scenario(results, scenario.name)),
        "## Beyond this machine",
        *(_shown(made(results)) for made in model),
        model_tables.agreement(results) if results.checks else "",
        "## Appendix",
        *(_shown(made(results)) for made in setup),
        f"Started {run.started_at}, finished {run.finished_at or 'never'}.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def summary(results: Results) -> str:
    """The verdict and the table of architectures by scenarios: what the README shows."""
    said = verdict(results)
    sentences = " ".join(plain(sentence) for sentence in said.sentences)
    return f"**{plain(said.headline)}.**\n\n{sentences}\n\n{_shown(measured_tables.overview(results))}"


def _scenario(results: Results, name: str) -> list[str]:
    scenario = results.scenario(name)
    tables = [measured_tables.responses(results, scenario)]
    if scenario in results.loads:
        tables += [measured_tables.uploads(results, scenario), measured_tables.costs(results, scenario)]
    if scenario.phases:
        tables.append(measured_tables.phases(results, scenario))
    return [f"## {plain(scenario.label)}", plain(scenario.description), *(_shown(one) for one in tables)]


def _shown(table: Table) -> str:
    if not table.rows:
        return ""
    ruler = ["---", *["--:"] * (len(table.columns) - 1)]
    lines = [
        [plain(column) for column in table.columns],
        ruler,
        *([_cell(cell) for cell in row] for row in table.rows),
    ]
    return f"{plain(table.caption)}:\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(cell: Cell) -> str:
    text = _SIGNS[cell.level] + plain(cell.text)
    return f"{text}<br>{'<br>'.join(plain(line) for line in cell.note.splitlines())}" if cell.note else text


def plain(text: str) -> str:
    """Text that Markdown shows as it is: nothing in it makes a tag, a column, a line or emphasis."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\\", "\\\\")
    for sign in "|`*_[]":
        escaped = escaped.replace(sign, f"\\{sign}")
    return " ".join(escaped.split("\n"))
