"""The cap on spooled bytes over all processes, and what becomes of the share of one that was killed."""

import signal
import subprocess
import sys

import pytest

from proxy_upload.spool_budget import SpoolFull
from proxy_upload.spool_ledger import SpoolLedger

OTHER = """
import sys, time
from pathlib import Path
from proxy_upload.spool_ledger import SpoolLedger
ledger = SpoolLedger(Path(sys.argv[1]), 100, 0)
ledger.reserve(60)
print("reserved", flush=True)
time.sleep(60)
"""


@pytest.fixture
def ledger(tmp_path):
    ledger = SpoolLedger(tmp_path, 100, 0)
    yield ledger
    ledger.close()


@pytest.fixture
def other_process(tmp_path):
    """Another process that has reserved 60 of the 100 bytes."""
    with subprocess.Popen([sys.executable, "-c", OTHER, tmp_path], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"reserved\n"
        yield process
        process.kill()


def test_bytes_are_taken_until_the_limit_and_can_be_given_back(ledger):
    ledger.reserve(70)
    ledger.reserve(30)
    with pytest.raises(SpoolFull):
        ledger.reserve(1)
    ledger.release(30)
    ledger.reserve(30)
    assert ledger.used_bytes() == 100


def test_a_refused_reservation_takes_nothing(ledger):
    with pytest.raises(SpoolFull):
        ledger.reserve(101)
    assert ledger.used_bytes() == 0


@pytest.mark.usefixtures("other_process")
def test_other_processes_count(ledger):
    assert ledger.used_bytes() == 60
    ledger.reserve(40)
    with pytest.raises(SpoolFull):
        ledger.reserve(1)


def test_a_killed_process_counts_no_more_and_its_sum_is_removed(ledger, other_process, tmp_path):
    other_process.send_signal(signal.SIGKILL)
    other_process.wait()
    ledger.reserve(100)
    assert len(list(tmp_path.glob("*.sum"))) == 1


def test_what_is_kept_elsewhere_counts_too(tmp_path):
    kept = [90]
    ledger = SpoolLedger(tmp_path, 100, 0, lambda: kept[0])
    with pytest.raises(SpoolFull):
        ledger.reserve(11)
    kept[0] = 0
    ledger.reserve(11)
    ledger.close()


def test_some_of_the_disk_stays_free(tmp_path):
    ledger = SpoolLedger(tmp_path, 100, 1 << 60)
    with pytest.raises(SpoolFull):
        ledger.reserve(1)
    ledger.close()
