"""Raw data on disk: what is written is read again, what is broken says where, and what is there is valid."""

import json

import pytest

from bench.records import (
    SAMPLES,
    UPLOADS,
    VISITS,
    Architecture,
    Caution,
    Cell,
    CellKey,
    Code,
    Machine,
    Phase,
    Role,
    Run,
    Sample,
    Scenario,
    Status,
    Upload,
    Visit,
    cell_folder,
    measured_cells,
    new_cell,
    pack,
    read_recording,
    read_run,
    write_cell,
    write_run,
)
from bench.rows import RecordError, RowWriter, read_rows

RUN = Run(
    profile="quick",
    started_at="2026-05-01T12:00:00+00:00",
    machine=Machine("a CPU", 2, 1 << 34, "6.1", "3.11"),
    architectures=(
        Architecture("direct", "Direct", "direct"),
        Architecture("sync", "Sync", "proxy", concurrency=3),
    ),
    scenarios=(
        Scenario("surge", "A surge", "", 30, 4, 2e7, ((5, 1.0),), 50, (Phase("before", 0, 10),), 1.5),
    ),
    warnings=(Caution(Code.NOISY_MACHINE, "load 3.1"),),
)
KEY = CellKey("surge", "sync", 1)
CELL = Cell(
    Status.OK, "2026-05-01T12:00:00+00:00", 30, app_bytes_in=5, warnings=(Caution(Code.CPU_SHARED, "x"),)
)
VISITS_MADE = [
    Visit(-1.5, -1.5, -1.4, ok=True, status=200),
    Visit(0.25, None, None, ok=False, error='said "no",\nthen'),
]
UPLOADS_MADE = [
    Upload("u1", 10, 0.5, 2.5, ok=True, bytes_sent=10),
    Upload("", 10, 3, None, ok=False, bytes_sent=4),
]
SAMPLES_MADE = [Sample(0, Role.APP, 0.1, 5, 2, 3, 4), Sample(0, Role.SWIFT, 0.2, 6)]


def write(folder, key=KEY, suffix=""):
    with new_cell(folder, key) as place:
        write_cell(place, CELL)
        rows = (
            (VISITS, Visit, VISITS_MADE),
            (UPLOADS, Upload, UPLOADS_MADE),
            (SAMPLES, Sample, SAMPLES_MADE),
        )
        for name, kind, made in rows:
            with RowWriter(place / f"{name}{suffix}", kind) as writer:
                writer.write_all(made)


def test_a_run_is_read_as_it_was_written(tmp_path):
    write_run(tmp_path, RUN)
    assert read_run(tmp_path) == RUN


def test_phases_are_from_and_to_in_the_file(tmp_path):
    write_run(tmp_path, RUN)
    written = json.loads((tmp_path / "run.json").read_text())
    assert written["scenarios"][0]["phases"] == [{"name": "before", "from": 0, "to": 10}]


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_cell_is_read_as_it_was_written_packed_or_not(tmp_path, suffix):
    write(tmp_path, suffix=suffix)
    recording = read_recording(tmp_path, KEY)
    assert recording.cell == CELL
    assert list(recording.visits) == VISITS_MADE
    assert list(recording.uploads) == UPLOADS_MADE
    assert list(recording.samples) == SAMPLES_MADE


def test_packing_keeps_every_row_and_gives_the_same_bytes_each_time(tmp_path):
    write_run(tmp_path / "run", RUN)
    write(tmp_path / "run")
    (tmp_path / "run" / "report.html").write_text("old")
    for name in ("one", "two"):
        pack(tmp_path / "run", tmp_path / name)
    packed = cell_folder(tmp_path / "one", KEY)
    assert read_recording(tmp_path / "one", KEY) == read_recording(tmp_path / "run", KEY)
    assert sorted(file.name for file in packed.iterdir()) == [
        "cell.json", "probes.csv.gz", "samples.csv.gz", "uploads.csv.gz",
    ]  # fmt: skip
    assert (packed / "probes.csv.gz").read_bytes() == (
        cell_folder(tmp_path / "two", KEY) / "probes.csv.gz"
    ).read_bytes()
    assert not (tmp_path / "one" / "report.html").exists()


def test_a_cell_that_is_interrupted_leaves_nothing(tmp_path):
    def interrupted():
        with new_cell(tmp_path, KEY) as place:
            write_cell(place, CELL)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert measured_cells(tmp_path) == ()
    assert list(cell_folder(tmp_path, KEY).parent.iterdir()) == []


def test_a_cell_whose_writer_was_killed_does_not_count(tmp_path):
    write(tmp_path)
    killed = new_cell(tmp_path, CellKey("surge", "sync", 2))
    write_cell(killed.__enter__(), CELL)
    assert measured_cells(tmp_path) == (KEY,)


def test_a_cell_that_is_measured_again_replaces_the_first(tmp_path):
    write(tmp_path)
    with new_cell(tmp_path, KEY) as place:
        write_cell(place, Cell(Status.FAILED, "later", 30, why="port taken"))
    recording = read_recording(tmp_path, KEY)
    assert (recording.cell.why, recording.visits) == ("port taken", ())


def test_a_last_line_without_its_end_was_being_written_and_is_left_out(tmp_path):
    file = tmp_path / "uploads.csv"
    file.write_text("client,size,started,finished,ok,error,bytes_sent\nu1,10,0.5,,0,,4\nu2,10,0.")
    assert [row.client for row in read_rows(file, Upload)] == ["u1"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("u1,ten,0.5,,0,,4", "line 2: size"),
        ("u1,10,,,0,,4", "line 2: started"),
        ("u1,10", "line 2: started"),
        ("u1,10,0.5,,maybe,,4", "line 2: ok"),
    ],
)
def test_a_row_that_makes_no_sense_is_named_by_file_line_and_column(tmp_path, line, complaint):
    file = tmp_path / "uploads.csv"
    file.write_text(f"client,size,started,finished,ok,error,bytes_sent\n{line}\n")
    with pytest.raises(RecordError, match=complaint):
        list(read_rows(file, Upload))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "no such file"),
        ("{", "run.json"),
        ('{"profile": "quick"}', "run.json: started_at"),
    ],
)
def test_a_folder_without_a_readable_run_says_what_is_wrong(tmp_path, content, complaint):
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(RecordError, match=complaint):
        read_run(tmp_path)


def test_another_format_is_refused(tmp_path):
    write_run(tmp_path, RUN)
    file = tmp_path / "run.json"
    file.write_text(file.read_text().replace('"format": 1', '"format": 2'))
    with pytest.raises(RecordError, match="format 2"):
        read_run(tmp_path)
