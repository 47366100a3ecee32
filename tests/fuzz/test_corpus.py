"""Every input that fuzzing found worth keeping is tried again, and the fuzzer itself can find something."""

import importlib.util
import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tools import fuzz

CORPUS_BYTES = 200_000
INPUTS = [(target, kept) for target in fuzz.targets() for kept in sorted(fuzz.corpus(target).iterdir())]


@pytest.mark.parametrize(
    ("target", "kept"), INPUTS, ids=[f"{target.stem}-{kept.name[:16]}" for target, kept in INPUTS]
)
def test_a_kept_input_is_still_no_finding(target, kept):
    runpy.run_path(str(target))["consume"](kept.read_bytes())


def test_every_target_has_a_corpus_and_every_corpus_a_target():
    with_inputs = {target.stem for target, _ in INPUTS}
    folders = {folder.name for folder in (fuzz.FUZZ / "corpus").iterdir()}
    assert with_inputs == folders == {target.stem for target in fuzz.targets()}


def test_the_corpus_is_small():
    assert sum(kept.stat().st_size for _, kept in INPUTS) < CORPUS_BYTES


def test_without_atheris_nothing_is_fuzzed_and_the_reason_is_told(monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    assert fuzz.main(["--seconds", "1"]) == 0
    assert "no atheris" in capsys.readouterr().err


def test_what_was_done_is_written_down(monkeypatch, tmp_path):
    words = "#100 DONE\nstat::number_of_executed_units:   1234\nstat::new_units_added: 5\n"
    ends = iter([(0, words), (77, "==1== crash"), (0, words)])
    monkeypatch.setattr(fuzz, "_libfuzzer", lambda *_: next(ends))
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: True)
    monkeypatch.setattr(fuzz.importlib.metadata, "version", lambda _name: "3.0.0")
    assert fuzz.main(["--seconds", "5", "--results", str(tmp_path / "new" / "run.json")]) == 1
    told = json.loads((tmp_path / "new" / "run.json").read_text())
    first, second = (target.stem for target in fuzz.targets()[:2])
    assert told["targets"] == [
        {"target": first, "seconds": 5, "executions": 1234, "findings": 0},
        {"target": second, "seconds": 5, "executions": 0, "findings": 1},
    ]
    assert told["began_at"].endswith("+00:00")


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed")
def test_a_finding_is_reported_and_its_input_kept(tmp_path):
    target = tmp_path / "broken.py"
    target.write_text("def consume(data):\n    assert b'!' not in data\n")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tools.fuzz",
            "--one",
            target,
            "-runs=100000",
            f"-artifact_prefix={tmp_path}/",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(fuzz.__file__).parents[1],
    )
    assert done.returncode != 0, done.stderr
    assert [b"!" in kept.read_bytes() for kept in tmp_path.glob("crash-*")] == [True]
