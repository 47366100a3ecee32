"""The measurement of large containers: what they hold, how it is told, and one small run on a real Swift."""

import json
import subprocess
import sys
import uuid
from collections import Counter

import pytest
from click.testing import CliRunner

from bench.listing import command, contents, page
from bench.listing.command import listing_command
from bench.listing.page import chart, rendered
from bench.report.docs import MarkerError
from swift_store.leftovers import stored_uploads

NAMES = ("few", "many", "middle", "find", "segment", "manifest", "beside")
WAITS = {name: {"median": 0.02, "fastest": 0.01, "slowest": 0.9} for name in NAMES}


def measured(*objects):
    sizes = [
        {
            "objects": one,
            "files_of_many": 250,
            "database_bytes": 300 * one,
            "filling_seconds": 1.0,
            "sweep_seconds": 2.5,
            "waits": WAITS,
        }
        for one in objects
    ]
    return {
        "started_at": "2026-11-22T12:00:00+00:00",
        "machine": {"cpu": "A_CPU", "cores": 2},
        "versions": {"swift": "2.38.3"},
        "busy_share_before": 0.25,
        "on_disk": False,
        "repetitions": 5,
        "sizes": sizes,
    }


def test_a_container_that_grows_is_the_same_as_one_that_was_large_at_once():
    grown = [*contents.rows(0, 40), *contents.rows(40, 100)]
    assert grown == list(contents.rows(0, 100))
    assert len({name for name, *_ in grown}) == 200


def test_files_are_whole_for_a_sweep():
    entries = [
        {"name": name, "bytes": size, "hash": etag.partition(";")[0], "content_type": kind,
         **({"slo_etag": f'"{etag.partition("slo_etag=")[2]}"'} if "slo_etag" in etag else {})}
        for name, size, kind, etag in sorted(contents.rows(0, 40))
    ]  # fmt: skip
    segments = [one for one in entries if one["name"].startswith("segments/")]
    manifests = [one for one in entries if one["name"].startswith("files/")]
    uploads = list(stored_uploads(segments, manifests))
    assert len(uploads) == 40
    assert not any(one.is_broken or one.strays for one in uploads)


@pytest.mark.parametrize("files", [500, 50_000])
def test_owners_have_as_many_files_as_is_said(files):
    counts = Counter(contents.owner_of(number) for number in range(files))
    assert counts.pop(contents.OWNER_OF_MANY) == contents.files_of_many(files) <= contents.MANY
    assert counts.pop(contents.OWNER_OF_FEW) == contents.FEW
    assert max(counts.values()) <= 10


def test_the_middle_of_the_list_is_an_upload_of_its_owner():
    numbers = [number for number in range(500) if contents.owner_of(number) == contents.OWNER_OF_MANY]
    assert contents.middle_of_many(500) == contents.upload_id(numbers[len(numbers) // 2])


def test_upload_ids_are_as_the_site_s():
    ids = [contents.upload_id(number) for number in (0, 1, 10**7)]
    assert sorted(ids) == ids
    assert {uuid.UUID(one).version for one in ids} == {7}


def test_figures_of_a_busy_machine_are_not_published(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "update", lambda *_: pytest.fail("published"))
    (tmp_path / "results.json").write_text(json.dumps(measured(1000)))
    done = CliRunner().invoke(listing_command, ["--out", str(tmp_path), "--docs"])
    assert (done.exit_code, "used 25% of the machine" in done.stderr) == (1, True)
    monkeypatch.setattr(command, "busy_share", lambda _seconds: 0.16)
    done = CliRunner().invoke(listing_command, ["--out", str(tmp_path / "new"), "--docs"])
    assert (done.exit_code, "used 16% of the machine" in done.stderr) == (1, True)
    assert not (tmp_path / "new").exists()


def test_figures_of_a_quiet_machine_are_published(tmp_path, monkeypatch):
    published = []
    monkeypatch.setattr(page, "update", lambda found, *_: published.append(found))
    quiet = measured(1000) | {"busy_share_before": 0.1}
    (tmp_path / "results.json").write_text(json.dumps(quiet))
    done = CliRunner().invoke(listing_command, ["--out", str(tmp_path), "--docs"])
    assert (done.exit_code, published) == (0, [quiet])


def test_the_table_has_a_column_for_each_size():
    head, _rule, first, *_rest = rendered(measured(1000)).splitlines()
    assert rendered(measured(1000, 10_000)).startswith("|  | 1,000 objects | 10,000 objects |\n")
    assert head == "|  | 1,000 objects |"
    assert first.replace("\N{NO-BREAK SPACE}", " ") == "| first page, owner of 12 files | 20 ms / 10 ms |"
    assert "other programs used 25% of the machine" in rendered(measured(1000))


def test_the_chart_is_drawn_and_named():
    drawn = chart(measured(1000, 10_000)["sizes"])
    assert drawn.startswith('<svg style="background: #fff" role="img" aria-label="Waits')


def run(folder, *options):
    return subprocess.run(
        [sys.executable, "-m", "bench", "listing", "--out", folder, "--objects", "1000", *options],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_small_container_is_measured_and_kept(tmp_path):
    done = run(tmp_path / "out", "--repetitions", "2")
    assert done.returncode == 0, done.stderr
    result = tmp_path / "out" / "results.json"
    (size,) = json.loads(result.read_text())["sizes"]
    assert (size["objects"], size["files_of_many"]) == (1000, 250)
    assert size["database_bytes"] > 100_000
    assert size["waits"].keys() == WAITS.keys()
    assert all(one["fastest"] > 0 for one in size["waits"].values())
    before = result.read_bytes()
    assert run(tmp_path / "out").returncode == 0
    assert result.read_bytes() == before
    assert "1,000 objects" in (tmp_path / "out" / "report.md").read_text()


def test_a_page_without_markers_is_not_touched(tmp_path):

    there = tmp_path / "scale.md"
    there.write_text("no markers")
    with pytest.raises(MarkerError):
        page.update(measured(1000), there, tmp_path / "chart.svg")
    assert [one.name for one in tmp_path.iterdir()] == ["scale.md"]
