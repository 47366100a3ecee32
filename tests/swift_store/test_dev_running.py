"""Other programs find the cluster that runs on a data folder, and no other."""

import os
import signal
import stat

from swift_store.dev import EmbeddedSwift
from swift_store.dev.running import running_cluster


def test_a_running_cluster_is_found_by_its_folder_until_it_stops(tmp_path):
    assert running_cluster(tmp_path) is None
    with EmbeddedSwift(tmp_path) as swift:
        assert running_cluster(tmp_path) == swift.environ
        assert stat.S_IMODE((tmp_path / "environ").stat().st_mode) == 0o600
    assert running_cluster(tmp_path) is None
    assert not (tmp_path / "environ").exists()


def test_a_killed_cluster_is_not_found_although_its_file_is_still_there(tmp_path, eventually):
    with EmbeddedSwift(tmp_path) as swift:
        os.kill(swift.pid, signal.SIGKILL)
        eventually(lambda: running_cluster(tmp_path) is None)
    assert (tmp_path / "environ").exists()
