"""Rows that are written straight into a container's database of a running cluster."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from swift_store.dev import EmbeddedSwift

ROWS = [
    [f"files/{number:05d}", number, "video/mp4", "0123456789abcdef0123456789abcdef; slo_etag=e"]
    for number in range(6000)
]


@pytest.fixture
def cluster(tmp_path):
    with EmbeddedSwift(tmp_path / "data", background_seconds=0) as swift:
        yield swift


def filled(folder, container, rows):
    return subprocess.run(
        [sys.executable, "-P", "-m", "swift_store.dev.filling", f"--data={folder}", container],
        input="".join(f"{json.dumps(row)}\n" for row in rows),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_rows_are_listed_and_counted_like_objects(tmp_path, cluster, client_for):
    client = client_for(cluster)
    client.put_container("c", {})
    for _ in range(2):
        done = filled(tmp_path / "data", "c", ROWS)
        assert (done.returncode, done.stderr) == (0, "")
    assert Path(done.stdout.strip()).is_relative_to(tmp_path / "data")
    page = client.list_objects("c", prefix="files/", limit=10_000)
    assert [entry["name"] for entry in page] == [row[0] for row in ROWS]
    assert (page[7]["bytes"], page[7]["slo_etag"]) == (7, '"e"')
    assert client.head_container("c")["x-container-object-count"] == "6000"
    missing = filled(tmp_path / "data", "other", [])
    assert (missing.returncode, "no container other" in missing.stderr) == (1, True)
