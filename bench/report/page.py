"""The report as one HTML file that loads nothing: charts, tables, style and script are inside it."""

import tomllib
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2

from bench.records import Scenario
from bench.report import drawings, measured_tables, model_tables, setup_tables
from bench.report.claims import claims
from bench.report.lines import lines
from bench.report.verdict import verdict
from bench.results import Results

HERE: Final = Path(__file__).parent


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((HERE / "method.toml").read_text(encoding="utf-8"))


def page(results: Results) -> str:
    """The whole report."""
    return (
        _templates()
        .get_template("page.html.j2")
        .render(
            run=results.run,
            verdict=verdict(results),
            claims=claims(results),
            overview=measured_tables.overview(results),
            loads=[_load(results, scenario) for scenario in results.run.scenarios],
            lines=lines(results.run.architectures),
            costs={"cpu": drawings.cpu(results), "memory": drawings.memory(results)},
            model=_model(results),
            warnings=setup_tables.warnings(results),
            setup=(
                setup_tables.contenders(results),
                setup_tables.loads(results),
                setup_tables.machine(results),
            ),
            method=_words()["method"],
            style=(HERE / "page.css").read_text(encoding="utf-8"),
            script=(HERE / "whatif.js").read_text(encoding="utf-8"),
        )
    )


def _load(results: Results, scenario: Scenario) -> dict[str, Any]:
    loaded = scenario in results.loads
    return {
        "scenario": scenario,
        "percentiles": drawings.percentiles(results, scenario),
        "timelines": drawings.timelines(results, scenario) if loaded else None,
        "responses": measured_tables.responses(results, scenario),
        "uploads": measured_tables.uploads(results, scenario) if loaded else None,
        "costs": measured_tables.costs(results, scenario),
        "phases": measured_tables.phases(results, scenario) if scenario.phases else None,
    }


def _model(results: Results) -> dict[str, Any]:
    return {
        "growth": drawings.growth(results),
        "predictions": model_tables.predictions(results),
        "agreement": model_tables.agreement(results),
        "assumptions": _words()["assumptions"],
        "rows": [
            {
                "row": number,
                "label": results.architecture(one.architecture).label,
                "costs": asdict(one.costs),
            }
            for number, one in enumerate(results.calibrated)
        ],
        "server": model_tables.SERVER,
        "file": model_tables.FILE,
    }
