"""Nothing outlives whoever asked for it: real processes, killed in every way."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from bench.runner.ward import Place, Ward

# Starts a child that starts a grandchild, in sessions of their own and with every polite signal ignored; the
# child ends at once, so that the grandchild belongs to nobody.
STUBBORN = """
import os, signal, subprocess, sys, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
folder, depth = sys.argv[1], int(sys.argv[2])
if depth:
    subprocess.Popen([sys.executable, __file__, folder, str(depth - 1)], start_new_session=True)
open(f"{folder}/{os.getpid()}", "w").close()
if depth != 1:
    time.sleep(600)
"""


class Failed(Exception):
    pass


@pytest.fixture
def stubborn(tmp_path):
    """The command line of a tree of three processes, and the folder where each leaves its number."""
    script = tmp_path / "stubborn.py"
    script.write_text(STUBBORN)
    folder = tmp_path / "pids"
    folder.mkdir()
    return [sys.executable, str(script), str(folder), "2"], folder


def pids(folder):
    return [int(entry.name) for entry in folder.iterdir()]


def gone(pid):
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_an_end_by_its_asker_ends_the_whole_tree_and_removes_its_folder(stubborn, tmp_path, eventually):
    command, folder = stubborn
    rubbish = tmp_path / "rubbish"
    (rubbish / "deep").mkdir(parents=True)
    with Ward(command, tmp_path / "log", Place(), remove=rubbish) as ward:
        eventually(lambda: len(pids(folder)) == 3)
        assert rubbish.exists()
    assert all(gone(pid) for pid in [*pids(folder), ward.pid])
    assert not rubbish.exists()


def test_a_killed_asker_ends_the_whole_tree(stubborn, tmp_path, eventually):
    command, folder = stubborn
    asker = textwrap.dedent(f"""
        import time
        from pathlib import Path
        from bench.runner.ward import Place, Ward
        ward = Ward({command!r}, Path({str(tmp_path / "log")!r}), Place(), remove=Path({str(folder)!r}))
        time.sleep(600)
    """)
    with subprocess.Popen([sys.executable, "-c", asker], cwd=Path(__file__).parents[2]) as process:
        eventually(lambda: len(pids(folder)) == 3)
        family = pids(folder)
        process.kill()
    eventually(lambda: all(gone(pid) for pid in family))
    eventually(lambda: not folder.exists())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_warden_leaves_no_command_behind(tmp_path, eventually, number):
    log = tmp_path / "log"
    script = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    with Ward([sys.executable, "-c", script], log, Place()) as ward:
        eventually(lambda: ward.output().endswith("\n"))
        os.kill(ward.pid, number)
        eventually(lambda: gone(int(ward.output())))


def test_a_command_that_ends_by_itself_is_known_with_its_status_and_last_words(tmp_path):
    script = "import sys; print('one'); sys.exit('two\\nthree')"
    with Ward([sys.executable, "-c", script], tmp_path / "log", Place()) as ward:
        assert ward.wait(20) == 1
        assert set(ward.last_words().split()) == {"one", "two", "three"}
        with pytest.raises(Failed, match=r"ended with status 1: .*three"):
            ward.require_running(Failed)


def test_a_command_that_goes_on_has_no_status(tmp_path):
    with Ward([sys.executable, "-c", "import time; time.sleep(600)"], tmp_path / "log", Place()) as ward:
        assert ward.wait(0.1) is None
        ward.require_running(Failed)
        assert ward.last_words() == "it said nothing"


def test_a_place_is_where_all_descendants_run(tmp_path):
    cpu = max(os.sched_getaffinity(0))
    script = "import os; print(os.sched_getaffinity(0), os.nice(0))"
    inherited = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {script!r}])"
    with Ward([sys.executable, "-c", inherited], tmp_path / "log", Place((cpu,), nice=7)) as ward:
        assert ward.wait(20) == 0
        assert ward.output() == f"{{{cpu}}} {os.nice(0) + 7}\n"


def test_no_such_command_is_a_failure_in_words(tmp_path):
    with Ward([str(tmp_path / "absent")], tmp_path / "log", Place()) as ward:
        assert ward.wait(20) == 1
        assert "No such file" in ward.last_words()
