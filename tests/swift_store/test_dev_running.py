"""Finding a cluster that another process runs on a data folder."""

import fcntl

import pytest

from swift_store.dev import EmbeddedSwift
from swift_store.dev.announcement import announce
from swift_store.dev.running import running_cluster


def test_a_running_cluster_is_found_and_a_stopped_one_is_not(tmp_path):
    with EmbeddedSwift(tmp_path) as swift:
        assert running_cluster(tmp_path) == swift.environ
        assert (tmp_path / "environ").stat().st_mode & 0o777 == 0o600
    assert running_cluster(tmp_path) is None


@pytest.mark.parametrize("held", [True, False])
def test_what_a_killed_cluster_left_behind_counts_only_while_its_lock_is_held(tmp_path, held):
    (tmp_path / "environ").write_text(announce(1, "key", []))
    with (tmp_path / "lock").open("w") as lock:
        if held:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX)
        assert (running_cluster(tmp_path) is not None) == held


def test_a_folder_that_was_never_used_has_none(tmp_path):
    assert running_cluster(tmp_path) is None
