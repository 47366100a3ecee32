"""`python -m bench.input_readers --out DIR`: run every scenario in turn, several rounds, and report."""

import argparse
import json
import platform
import tempfile
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from bench.input_readers.measure import SCENARIOS, Run, Sizes, measure
from bench.input_readers.report import draw, publish, summarize, table


def main() -> None:
    """Measure, print the table, and write raw.json, table.md and cooperative-reads.svg."""
    arguments = _arguments()
    sizes = Sizes(arguments.senders, arguments.megabytes * 1_000_000, arguments.uploads)
    scenarios = [each for each in SCENARIOS if arguments.only in each.name]
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    runs: list[Run] = []
    with tempfile.TemporaryDirectory(dir=arguments.spool_parent) as spool:
        for number in range(arguments.rounds):
            # Interleaved: what else the machine does meanwhile meets every scenario alike.
            for scenario in scenarios:
                runs.append(measure(scenario, number, sizes, Path(spool)))
                print(f"round {number + 1}: {table(summarize(runs[-1:])).splitlines()[-1]}", flush=True)  # noqa: T201
                _save(out / "raw.json", sizes, runs)
    rendered = table(summarize(runs))
    (out / "table.md").write_text(rendered + "\n")
    draw(runs, out / "cooperative-reads.svg")
    if arguments.publish:
        docs = Path(arguments.publish)
        publish(rendered, docs / "cooperative-reads.md")
        draw(runs, docs / "images" / "cooperative-reads.svg")
    print(rendered)  # noqa: T201 - what the command is for


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.input_readers", description=__doc__)
    parser.add_argument("--out", required=True, help="folder for the raw data, the table and the picture")
    parser.add_argument("--rounds", type=int, default=3, help="times that every scenario is run (3)")
    parser.add_argument("--senders", type=int, default=3, help="clients that upload at once (3)")
    parser.add_argument("--uploads", type=int, default=2, help="uploads of each client in a run (2)")
    parser.add_argument("--megabytes", type=int, default=300, help="size of an upload (300)")
    parser.add_argument("--only", default="", help="run scenarios whose name contains this")
    parser.add_argument("--spool-parent", help="where temporary files go; a real disk says most")
    parser.add_argument(
        "--publish", metavar="DOCS", help="also renew the table and the picture in this folder"
    )
    return parser.parse_args()


def _save(path: Path, sizes: Sizes, runs: list[Run]) -> None:
    packages = {name: version(name) for name in ("gevent", "gunicorn", "werkzeug")}
    machine = {"python": platform.python_version(), "system": platform.platform(), **packages}
    path.write_text(
        json.dumps({"machine": machine, "sizes": asdict(sizes), "runs": [run.as_json() for run in runs]})
    )


if __name__ == "__main__":
    main()
