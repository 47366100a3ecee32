"""What process trees use, measured on processes of which we know it."""

import subprocess
import sys

import pytest

from bench.records import Role
from bench.sampling import Trees

MIB = 1024 * 1024

# A child that works, holds files and sockets, and ends when it is told; then its parent goes on.
CHILD = """
import os, socket, sys, tempfile, time
spool = sys.argv[1]
while time.process_time() < 0.3:
    pass
named = open(f"{spool}/named", "wb")
nameless = tempfile.TemporaryFile(dir=spool)
elsewhere = open(os.devnull, "wb")
for file, size in ((named, 1), (nameless, 3)):
    file.write(bytes(size * 2**20))
    file.flush()
pair = socket.socketpair()
print("busy", flush=True)
sys.stdin.readline()
"""
PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {CHILD!r}, *sys.argv[1:]])
print("ended", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def spool(tmp_path):
    return tmp_path


@pytest.fixture
def parent(spool):
    """A process with a child that has worked and is waiting."""
    command = [sys.executable, "-c", PARENT, str(spool)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"busy\n"
        yield process


def sampled(process, spool, role=Role.APP):
    (sample,) = Trees({role: [process.pid]}, spool).sample(1.5)
    return sample


def test_a_sample_counts_what_lies_below_the_root(parent, spool):
    sample = sampled(parent, spool)
    assert (sample.t, sample.role, sample.processes) == (1.5, Role.APP, 1)
    assert sample.cpu_seconds >= 0.25  # the kernel counts in hundredths, and rounds
    assert 2 * MIB < sample.rss_bytes < 200 * MIB
    assert sample.connections == 2


def test_cpu_time_of_what_has_ended_stays_counted(parent, spool):
    before = sampled(parent, spool).cpu_seconds
    parent.stdin.write(b"\n")
    parent.stdin.flush()
    assert parent.stdout.readline() == b"ended\n"
    after = sampled(parent, spool)
    assert after.processes == 0
    assert after.cpu_seconds >= before


def test_disk_is_what_has_a_name_and_what_has_lost_it(parent, spool):
    assert 4 * MIB <= sampled(parent, spool).disk_bytes < 4.5 * MIB
    parent.stdin.write(b"\n")
    parent.stdin.flush()
    assert parent.stdout.readline() == b"ended\n"
    assert MIB <= sampled(parent, spool).disk_bytes < 1.5 * MIB


def test_only_the_application_has_a_spool(parent, spool):
    assert sampled(parent, spool, Role.SWIFT).disk_bytes is None


def test_what_has_ended_altogether_uses_nothing(parent):
    trees = Trees({Role.APP: [parent.pid]}, None)
    parent.kill()
    parent.wait(20)
    (sample,) = trees.sample(0)
    assert (sample.cpu_seconds, sample.rss_bytes, sample.processes) == (0, 0, 0)
