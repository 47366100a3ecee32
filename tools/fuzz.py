"""Feeds atheris' inputs to the targets in tests/fuzz/targets, one after another.

A finding ends the run with a status above 0; its input goes into the target's corpus, which every test run
repeats. With `--keep`, inputs that lead into new code are kept there too: as few and as small as will do.
"""

import argparse
import importlib.util
import runpy
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

FUZZ = Path(__file__).resolve().parent.parent / "tests" / "fuzz"
MOST_BYTES = 2048
_INSTRUMENTED = ["swift_store", "itsdangerous"]
_NO_ATHERIS = (
    "There is no atheris here: `make fuzz` installs it where it has a wheel (Linux, and a Python of its "
    "list). The inputs found so far are repeated by every test run anyway.\n"
)


def targets() -> list[Path]:
    return sorted((FUZZ / "targets").glob("*.py"))


def corpus(target: Path) -> Path:
    """The folder of a target's inputs."""
    return FUZZ / "corpus" / target.stem


def fuzz_all(seconds: int, *, keep: bool) -> int:
    """Share the SECONDS out among the targets; the status of the first that has a finding, else 0."""
    share = max(1, seconds // len(targets()))
    for target in targets():
        sys.stdout.write(f"{target.stem}: {share} seconds\n")
        sys.stdout.flush()
        with tempfile.TemporaryDirectory(prefix="fuzz-") as found:
            status = _libfuzzer(target, *_limits(target, share), found, str(corpus(target)))
            if status != 0:
                return status
            if keep:
                _libfuzzer(target, "-merge=1", str(corpus(target)), found)
    return 0


def _limits(target: Path, seconds: int) -> Iterator[str]:
    corpus(target).mkdir(parents=True, exist_ok=True)
    yield f"-max_total_time={seconds}"
    yield f"-max_len={MOST_BYTES}"
    yield f"-artifact_prefix={corpus(target)}/"
    yield "-print_final_stats=1"
    yield "-timeout=5"
    yield "-rss_limit_mb=1024"


def _libfuzzer(target: Path, *arguments: str) -> int:
    # A process of its own: libFuzzer ends the one that it runs in.
    return subprocess.run(
        [sys.executable, "-m", "tools.fuzz", "--one", target, *arguments], check=False
    ).returncode


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
    """`--seconds N [--keep]`, or `--one TARGET` with libFuzzer's own arguments."""
    if importlib.util.find_spec("atheris") is None:
        sys.stderr.write(_NO_ATHERIS)
        return 0
    if arguments[:1] == ["--one"]:
        fuzz_one(Path(arguments[1]), arguments[2:])
        return 0
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="for all targets together (600)")
    parser.add_argument("--keep", action="store_true", help="keep inputs that lead into new code")
    options = parser.parse_args(arguments)
    return fuzz_all(options.seconds, keep=options.keep)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
