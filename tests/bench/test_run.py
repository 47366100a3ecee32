"""A run: what is missing is measured, what fails is a result, and a kill at any moment does no harm."""

import dataclasses
import fcntl
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bench import records
from bench.architectures import CONTENDERS, Contender
from bench.records import CellKey, Code, Role, Status
from bench.rows import RecordError
from bench.runner.ports import free_port, url
from bench.runner.run import RunRefused, Wishes, missing, run
from bench.runner.swift import storage_folder
from bench.runner.ward import Place, Ward
from bench.scenarios import SCENARIOS, Profile, lasting

SCENARIO = {one.name: one for one in SCENARIOS}
CONTENDER = {one.name: one for one in CONTENDERS}
ROOT = Path(__file__).parents[2]

# Answers as a small site does, and then ends.
SHORT_LIVED = """
import http.server, sys, threading
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Page)
threading.Timer(float((sys.argv[2:] or [3])[0]), server.shutdown).start()
server.serve_forever()
sys.exit("out of memory, say")
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Odd(Contender):
    """A contender with a command of its own."""

    script: str = ""

    def command(self, workers, port):  # noqa: ARG002 - one process is enough
        return [sys.executable, "-c", self.script, str(port)]


def odd(name, script):
    return Odd(name=name, label=name, description="", script=script)


def profile(*scenarios, seconds=2.0, repetitions=1):
    chosen = tuple(lasting(SCENARIO[name], seconds) for name in scenarios)
    return Profile("custom", chosen, warmup_seconds=0.5, repetitions=repetitions)


def measured(folder, wishes):
    """Run, and return the cells that were measured this time."""
    seen = []
    run(folder, wishes, lambda step, cell: seen.append((step.key, cell.status)))
    return dict(seen)


def children():
    return psutil.Process().children(recursive=True)


def test_a_run_measures_what_is_missing_and_keeps_what_is_there(tmp_path):
    before = set(children())
    one = Wishes(profile("idle"), [CONTENDER["direct"]])
    assert measured(tmp_path, one) == {CellKey("idle", "direct"): Status.OK}
    assert missing(tmp_path, one) == []
    assert measured(tmp_path, one) == {}
    recording = records.read_recording(tmp_path, CellKey("idle", "direct"))
    counted = [visit for visit in recording.visits if visit.intended >= 0]
    assert len(counted) > 100
    assert all(visit.ok for visit in counted if visit.finished is not None)
    assert {sample.role for sample in recording.samples} == {Role.APP, Role.SWIFT, Role.VISITORS}
    assert [sample.t for sample in recording.samples if sample.role is Role.APP] == pytest.approx(
        [0, 1, 2], abs=0.5
    )
    assert records.read_run(tmp_path).finished_at
    # Nothing else is left: no process, no temporary folder.
    assert set(children()) == before
    assert {entry.name for entry in tmp_path.iterdir()} == {"run.json", "cells", ".lock"}


@pytest.mark.parametrize(
    ("contender", "why"),
    [
        pytest.param(
            odd("broken", "raise SystemExit('no such module')"), "no such module", id="never starts"
        ),
        pytest.param(odd("weak", SHORT_LIVED), "out of memory, say", id="ends under load"),
    ],
)
def test_a_broken_server_is_a_result(contender, why, tmp_path):
    key = CellKey("idle", contender.name)
    assert measured(tmp_path, Wishes(profile("idle", seconds=6), [contender])) == {key: Status.FAILED}
    cell = records.read_recording(tmp_path, key).cell
    assert cell.why.startswith("ended with status 1: ")
    assert why in cell.why
    assert [(caution.code, caution.text) for caution in cell.warnings] == [(Code.SERVER_FAILED, cell.why)]


def test_a_server_elsewhere_is_measured_without_samples_of_its_processes(tmp_path):
    port = free_port()
    with Ward([sys.executable, "-c", SHORT_LIVED, str(port), "600"], tmp_path / "log", Place()):
        wishes = Wishes(profile("idle"), [CONTENDER["direct"]], server_url=url(port))
        assert set(measured(tmp_path / "run", wishes).values()) == {Status.OK}
    recording = records.read_recording(tmp_path / "run", CellKey("idle", "direct"))
    assert {sample.role for sample in recording.samples} == {Role.VISITORS}
    assert any(visit.ok for visit in recording.visits)


def test_a_folder_of_another_run_is_refused(tmp_path):
    records.write_run(tmp_path, records.Run("quick", "then", records.Machine("c", 1, 1, "k", "p"), (), ()))
    with pytest.raises(RunRefused, match="holds a run with other profile: choose another folder"):
        measured(tmp_path, Wishes(profile("idle"), [CONTENDER["direct"]]))


def test_a_folder_whose_record_is_damaged_is_refused(tmp_path):
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(RecordError, match=r"run\.json"):
        measured(tmp_path, Wishes(profile("idle"), [CONTENDER["direct"]]))


def test_two_runs_into_one_folder_are_refused(tmp_path):
    with (tmp_path / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(RunRefused, match="another run is measuring into"):
            measured(tmp_path, Wishes(profile("idle"), [CONTENDER["direct"]]))


@pytest.mark.parametrize(("strict", "cautions"), [(True, None), (False, [Code.NOISY_MACHINE])])
def test_a_busy_machine_is_refused_or_noted(tmp_path, monkeypatch, strict, cautions):
    monkeypatch.setattr("bench.runner.run.busy_share", lambda _seconds: 0.5)
    wishes = Wishes(Profile("custom", (), 0), [CONTENDER["direct"]], strict=strict)
    if strict:
        with pytest.raises(RunRefused, match="other programs used 50% of the machine"):
            measured(tmp_path, wishes)
    else:
        measured(tmp_path, wishes)
        assert [caution.code for caution in records.read_run(tmp_path).warnings] == cautions


def there(pattern):
    return lambda folder: list(folder.glob(pattern))


def written(pattern):
    return lambda folder: any(file.stat().st_size for file in folder.glob(pattern))


# Moments of a run, each known by what has come to be in its folder.
MOMENTS = {
    "at the start": there(".scratch-*"),
    "when the server starts": written(".scratch-*/server.log"),
    "under load": there(".scratch-*/rows/go"),
    "in the second cell": there("cells/*/*/1/cell.json"),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_that_is_killed_leaves_valid_results_and_nothing_else(moment, tmp_path, eventually):
    command = [
        sys.executable,
        "-m",
        "bench",
        "run",
        "--scenario",
        "mobile",
        "--seconds",
        "3",
        "--warm-up",
        "0",
    ]
    command += ["--architecture", "direct", "--architecture", "spool-sync", "--out", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        eventually(lambda: MOMENTS[moment](tmp_path))
        family = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    eventually(lambda: not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in family))
    for key in records.measured_cells(tmp_path):
        assert records.read_recording(tmp_path, key).cell.status is Status.OK
    assert not list(tmp_path.glob(".scratch-*/spool"))
    eventually(lambda: not abandoned_swift_data())


def abandoned_swift_data():
    """Folders of Swift's data with no process that would remove them."""
    return [folder for folder in storage_folder().glob("bench-swift-*") if not used(folder)]


def used(folder):
    """Whether a process, of another run perhaps, works with the folder."""
    return any(str(folder) in " ".join(one.info["cmdline"] or []) for one in psutil.process_iter(["cmdline"]))
