"""Feeds atheris' inputs to the targets in tests/fuzz/targets, one after another.

A finding ends the run with a status above 0; its input goes into the target's corpus, which every test run
repeats. With `--keep`, inputs that lead into new code are kept there too: as few and as small as will do.
`--results` names a file for what was done: when, for how long, how many inputs, and what was found.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import platform
import re
import runpy
import shlex
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

FUZZ = Path(__file__).resolve().parent.parent / "tests" / "fuzz"
MOST_BYTES = 2048
_LAST_LINES = 200
_INSTRUMENTED = ["swift_store", "itsdangerous"]
_EXECUTIONS = re.compile(r"stat::number_of_executed_units:\s+(\d+)")
_NO_ATHERIS = (
    "There is no atheris here: `make fuzz` installs it where it has a wheel (Linux, and a Python of its "
    "list). The inputs found so far are repeated by every test run anyway.\n"
)


def targets() -> list[Path]:
    return sorted((FUZZ / "targets").glob("*.py"))


def corpus(target: Path) -> Path:
    """The folder of a target's inputs."""
    return FUZZ / "corpus" / target.stem


@dataclass(frozen=True)
class Outcome:
    """What fuzzing a target for `seconds` came to: inputs tried, and inputs at which it failed."""

    target: str
    seconds: int
    executions: int
    findings: int


def fuzz_all(seconds: int, *, keep: bool) -> list[Outcome]:
    """Fuzz each target for SECONDS, and none after the first that has a finding."""
    outcomes: list[Outcome] = []
    for target in targets():
        sys.stdout.write(f"{target.stem}: {seconds} seconds\n")
        sys.stdout.flush()
        with tempfile.TemporaryDirectory(prefix="fuzz-") as found:
            status, words = _libfuzzer(target, *_limits(target, seconds), found, str(corpus(target)))
            told = _EXECUTIONS.search(words)
            outcomes.append(Outcome(target.stem, seconds, int(told[1]) if told else 0, int(status != 0)))
            if status != 0:
                break
            if keep:
                _libfuzzer(target, "-merge=1", str(corpus(target)), found)
    return outcomes


def write_results(file: Path, outcomes: Sequence[Outcome], began_at: datetime) -> None:
    """Write down what a run did, with what."""
    told = {
        "began_at": began_at.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "atheris": importlib.metadata.version("atheris"),
        "targets": [asdict(one) for one in outcomes],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(told, indent=1) + "\n")


def _limits(target: Path, seconds: int) -> Iterator[str]:
    corpus(target).mkdir(parents=True, exist_ok=True)
    yield f"-max_total_time={seconds}"
    yield f"-max_len={MOST_BYTES}"
    yield f"-artifact_prefix={corpus(target)}/"
    yield "-print_final_stats=1"
    yield "-timeout=5"
    yield "-rss_limit_mb=1024"


def _libfuzzer(target: Path, *arguments: str) -> tuple[int, str]:
    """The exit status, and the last of what it said, which is shown meanwhile."""
    # A process of its own: libFuzzer ends the one that it runs in.
    command = [sys.executable, "-m", "tools.fuzz", "--one", str(target), *arguments]
    last: deque[str] = deque(maxlen=_LAST_LINES)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, errors="replace") as process:
        assert process.stderr is not None  # noqa: S101 - for mypy
        for line in process.stderr:
            sys.stderr.write(line)
            last.append(line)
    return process.returncode, "".join(last)


def fuzz_one(target: Path, arguments: Sequence[str]) -> None:
    """Run one target in this process, which libFuzzer ends."""
    import atheris  # noqa: PLC0415 - an extra, and it has no wheel for every platform

    with atheris.instrument_imports(include=_INSTRUMENTED):
        consume = runpy.run_path(str(target))["consume"]
    # To merge, libFuzzer starts its own command once more, by a shell.
    command = shlex.join([sys.executable, "-m", "tools.fuzz", "--one", str(target)])
    atheris.Setup([command, *arguments], consume)
    atheris.Fuzz()


def main(arguments: Sequence[str]) -> int:
    """`--seconds N [--keep] [--results FILE]`, or `--one TARGET` with libFuzzer's own arguments."""
    if importlib.util.find_spec("atheris") is None:
        sys.stderr.write(_NO_ATHERIS)
        return 0
    if arguments[:1] == ["--one"]:
        fuzz_one(Path(arguments[1]), arguments[2:])
        return 0
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="for each target (600)")
    parser.add_argument("--keep", action="store_true", help="keep inputs that lead into new code")
    parser.add_argument("--results", type=Path, help="a file for what was done")
    options = parser.parse_args(arguments)
    began_at = datetime.now(UTC)
    outcomes = fuzz_all(options.seconds, keep=options.keep)
    if options.results:
        write_results(options.results, outcomes, began_at)
    return int(any(one.findings for one in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
