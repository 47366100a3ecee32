"""The spooled file: what it holds, where, and that nothing is left of it; with and without gevent."""

import errno
import io
import os
import threading
from itertools import pairwise
from pathlib import Path

import gevent
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.formparser import FormDataParser
from werkzeug.test import EnvironBuilder

from proxy_upload.spool_budget import SpoolBudget, SpoolFull
from proxy_upload.spooling import SpooledFile, SpoolFactory, offload

BATCH = 1000


def plainly(function):
    return function()


def under_gevent(function):
    return gevent.spawn(function).get()


@pytest.fixture
def hub():
    """The hub of this thread, gone after the test."""
    hub = gevent.get_hub()
    yield hub
    hub.destroy(destroy_loop=True)


@pytest.fixture(params=[plainly, under_gevent])
def run(request):
    """Run a function, in the main greenlet or under a hub."""
    if request.param is under_gevent:
        request.getfixturevalue("hub")
    return request.param


@pytest.fixture
def budget():
    return SpoolBudget(10**9)


def open_files_in(directory):
    """What this process has open in a folder, files without a name among them."""
    links = [str(entry.readlink()) for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()]
    return [link for link in links if link.startswith(str(directory))]


SIZES = [(0, False), (1, False), (BATCH, False), (BATCH + 1, True), (9999, True)]


@pytest.mark.parametrize(("size", "on_disk"), SIZES)
@pytest.mark.parametrize("piece", [1, 64, 999, 20_000])
def test_small_files_stay_in_memory_and_big_ones_go_to_disk(  # noqa: PLR0913, PLR0917 - fixtures and a table
    run, tmp_path, budget, size, on_disk, piece
):
    content = os.urandom(size)

    def spool():
        with SpooledFile(str(tmp_path), batch_bytes=BATCH, budget=budget) as file:
            for start in range(0, size, piece):
                file.write(content[start : start + piece])
            assert file.tell() == size
            file.seek(0)
            assert file.read() == content
            assert file.on_disk == on_disk
            assert budget.used_bytes == (size if on_disk else 0)
            assert bool(open_files_in(tmp_path)) == on_disk
            assert list(tmp_path.iterdir()) == []

    run(spool)
    assert budget.used_bytes == 0
    assert open_files_in(tmp_path) == []


@given(
    content=st.binary(max_size=300),
    cuts=st.lists(st.integers(0, 300), max_size=5),
    calls=st.lists(
        st.tuples(st.sampled_from(["read", "readline", "seek"]), st.integers(0, 310)), max_size=10
    ),
)
def test_it_reads_as_any_file(content, cuts, calls):
    edges = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    expected = io.BytesIO(content)
    with SpooledFile(batch_bytes=50, budget=SpoolBudget(1000)) as file:
        for start, end in pairwise(edges):
            file.write(content[start:end])
        file.seek(0)
        for method, argument in calls:
            assert getattr(file, method)(argument) == getattr(expected, method)(argument)
        assert list(file) == list(expected)
        assert file.seek(-min(3, len(content)), os.SEEK_END) == expected.seek(
            -min(3, len(content)), os.SEEK_END
        )
        assert file.read() == expected.read()


def test_it_is_written_once_and_then_read(tmp_path, budget):
    with SpooledFile(str(tmp_path), budget=budget) as file:
        file.write(b"abc")
        assert file.writable()
        file.seek(0)
        assert not file.writable()
        with pytest.raises(io.UnsupportedOperation):
            file.write(b"d")


def test_a_closed_file_says_so(tmp_path, budget):
    file = SpooledFile(str(tmp_path), budget=budget)
    file.close()
    file.close()
    for use in (file.read, file.tell, lambda: file.write(b"a")):
        with pytest.raises(ValueError, match="closed"):
            use()


def test_only_a_file_on_disk_has_a_descriptor(tmp_path, budget):
    with SpooledFile(str(tmp_path), batch_bytes=1, budget=budget) as file:
        file.write(b"abc")
        assert os.pread(file.fileno(), 3, 0) == b"abc"
    with SpooledFile(str(tmp_path), budget=budget) as file, pytest.raises(io.UnsupportedOperation):
        file.fileno()


def test_dropping_the_last_reference_gives_everything_back(run, tmp_path, budget):
    def spool():
        file = SpooledFile(str(tmp_path), batch_bytes=BATCH, budget=budget)
        file.write(bytes(5 * BATCH))
        file.write(b"more")
        assert budget.used_bytes
        del file
        assert budget.used_bytes == 0
        while run is under_gevent and open_files_in(tmp_path):
            gevent.sleep(0.001)

    run(spool)
    assert open_files_in(tmp_path) == []


def test_a_full_budget_is_a_full_disk_and_what_was_written_is_given_back(run, tmp_path):
    budget = SpoolBudget(2 * BATCH)

    def spool():
        with SpooledFile(str(tmp_path), batch_bytes=BATCH, budget=budget) as file:
            for _ in range(3):
                file.write(bytes(BATCH))
            with pytest.raises(SpoolFull):
                file.write(bytes(BATCH))
            assert budget.used_bytes == 2 * BATCH

    run(spool)
    assert budget.used_bytes == 0
    assert open_files_in(tmp_path) == []


def test_a_disk_that_refuses_a_write_is_an_error_of_the_writer(run, budget, capfd):
    def spool():
        with SpooledFile("/nowhere/at/all", batch_bytes=BATCH, budget=budget) as file:
            file.write(bytes(BATCH))
            with pytest.raises(FileNotFoundError):
                file.write(bytes(BATCH))

    run(spool)
    assert budget.used_bytes == 0
    assert capfd.readouterr() == ("", "")


def test_without_gevent_a_call_is_made_here():
    assert offload(threading.get_ident) == threading.get_ident()


@pytest.mark.usefixtures("hub")
def test_under_gevent_a_call_is_made_in_another_thread_while_others_go_on():
    arrived, go_on = threading.Event(), threading.Event()

    def disk():
        arrived.set()
        assert go_on.wait(20)
        return threading.get_ident()

    def both():
        call = gevent.spawn(offload, disk)
        while not arrived.is_set():
            gevent.sleep(0.001)
        go_on.set()
        return call.get()

    assert under_gevent(both) != threading.get_ident()


@pytest.mark.usefixtures("hub")
def test_a_kill_waits_for_the_call_that_was_handed_over():
    arrived, go_on = threading.Event(), threading.Event()
    events = []

    def disk():
        arrived.set()
        go_on.wait(20)
        events.append("written")

    def writer():
        try:
            offload(disk)
        finally:
            events.append("stopped")

    def both():
        call = gevent.spawn(writer)
        while not arrived.is_set():
            gevent.sleep(0.001)
        call.kill(block=False)
        gevent.idle()
        assert events == []
        go_on.set()
        call.join()

    under_gevent(both)
    assert events == ["written", "stopped"]


def test_werkzeug_gives_uploaded_files_to_it(run, tmp_path, budget):
    factory = SpoolFactory(str(tmp_path), batch_bytes=BATCH, budget=budget)
    big, small = os.urandom(300_000), b"small"

    def parse():
        data = {
            "big": (io.BytesIO(big), "big.bin"),
            "small": (io.BytesIO(small), "small.txt"),
            "field": "value",
        }
        environ = EnvironBuilder(method="POST", data=data).get_environ()
        _, form, files = FormDataParser(factory, silent=False).parse_from_environ(environ)
        assert form["field"] == "value"
        assert files["big"].stream.on_disk
        assert not files["small"].stream.on_disk
        files["big"].save(tmp_path / "saved")
        assert files["small"].read() == small
        for file in files.values():
            file.close()

    run(parse)
    assert (tmp_path / "saved").read_bytes() == big
    assert open_files_in(tmp_path) == []
    assert budget.used_bytes == 0


def test_a_disk_that_is_full_is_enospc(tmp_path, budget):
    with SpooledFile(str(tmp_path), batch_bytes=1, budget=budget) as file:
        file.write(b"ab")
        file.write(b"cd")
        full = io.FileIO("/dev/full", "w")
        opened, file._file = file._file, full
        opened.close()
        with pytest.raises(OSError, match="space") as refused:
            file.seek(0)
        assert refused.value.errno == errno.ENOSPC
