"""Starting, stopping and surviving: graceful ends, kill -9, several workers, the embedded Swift."""

import os
import signal
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

MIB = 1 << 20
BODY = b"x" * (2 * MIB + 1)
WAIT_SECONDS = 20


def family_of(pid):
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def workers_of(site):
    """The worker processes, which multiprocessing starts by `spawn_main`."""
    return [child for child in psutil.Process(site.pid).children() if "spawn_main" in _command_of(child)]


def _command_of(process):
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


@pytest.fixture
def gone(eventually):
    """A function that waits until none of the processes runs."""
    return lambda processes: eventually(lambda: not [one for one in processes if _runs(one)])


def _runs(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def metrics_folders():
    """The workers' metrics folders that are there now, and were not before."""
    pattern = "direct-upload-metrics-*"
    before = set(Path(tempfile.gettempdir()).glob(pattern))
    return lambda: set(Path(tempfile.gettempdir()).glob(pattern)) - before


def test_a_stop_waits_for_the_answer_that_is_being_made(prepared, run_site, api_of, ready, swift):
    site = run_site(prepared())
    ready(site)
    upload = api_of(site).begin(BODY).send()
    os.kill(swift.pid, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(1) as thread:
            answer = thread.submit(upload.complete)
            time.sleep(0.5)
            site.process.terminate()
            time.sleep(0.5)
            assert site.process.poll() is None
            os.kill(swift.pid, signal.SIGCONT)
            assert answer.result().status_code == 201
    finally:
        os.kill(swift.pid, signal.SIGCONT)
    assert site.process.wait(WAIT_SECONDS) == 0
    assert "Traceback" not in site.log


def test_a_stop_waits_no_longer_than_it_is_told(  # noqa: PLR0913, PLR0917 - fixtures
    prepared, run_site, api_of, ready, swift, eventually
):
    site = run_site(prepared(stop_timeout="1", swift_timeout="600"))
    ready(site)
    api = api_of(site)
    os.kill(swift.pid, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(1) as thread:
            answer = thread.submit(api.get, "/api/files")
            time.sleep(0.5)
            site.process.terminate()
            eventually(lambda: site.process.poll() is not None)
            assert isinstance(answer.exception(), httpx.TransportError)
    finally:
        os.kill(swift.pid, signal.SIGCONT)
    assert site.end() == 0
    assert "1 requests open" in site.log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_site_stops_in_order_even_with_kept_alive_connections(prepared, run_site, number):
    site = run_site(prepared())
    with httpx.Client(base_url=site.url, verify=False) as web:  # noqa: S501 - plain HTTP
        assert web.get("/healthz").status_code == 200
        assert site.end(number) == 0
    assert "Traceback" not in site.log


def test_an_upload_survives_a_kill_of_the_site(prepared, run_site, api_of, ready):
    environ = prepared()
    first = run_site(environ)
    ready(first)
    api = api_of(first)
    upload = api.begin(BODY, segment_size=MIB).send(0)
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    second = run_site(environ)
    ready(second)
    assert second.url == first.url
    upload.target = upload.renew().json()["target"]
    file = upload.send(1, 2).complete().json()
    assert httpx.get(api.get(file["download_url"]).headers["location"]).content == BODY


def test_uvloop_turns_the_site_as_well(prepared, run_site, api_of, ready):
    site = run_site(prepared(event_loop="uvloop"))
    ready(site)
    assert "uvloop" in Path(f"/proc/{site.pid}/maps").read_text()
    assert api_of(site).upload(BODY)["size"] == len(BODY)
    assert site.end() == 0


def test_after_a_change_of_secret_an_upload_goes_on(prepared, run_site, api_of, ready, command):
    old, new = "0123456789abcdef" * 2, "fedcba9876543210" * 2
    environ = prepared(secret=old)
    first = run_site(environ)
    ready(first)
    upload = api_of(first).begin(BODY, segment_size=MIB).send(0)
    first.end()
    changed = environ | {"DIRECT_UPLOAD_SECRET": new, "DIRECT_UPLOAD_OLD_SECRETS": old}
    assert command(changed, "setup").returncode == 0
    ready(run_site(changed))
    upload.send(1)
    upload.target = upload.renew().json()["target"]
    assert upload.send(2).complete().status_code == 201


class TestWorkers:
    """`--workers 2`."""

    @pytest.fixture
    def pair(self, prepared, run_site, ready, eventually):
        site = run_site(prepared(), "--workers", "2")
        eventually(lambda: len(workers_of(site)) == 2)
        ready(site)
        return site

    @staticmethod
    def handled(site):
        """How many requests for /healthz both workers counted together."""
        text = httpx.get(f"{site.url}/metrics").text
        return sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == "direct_upload_requests_total" and sample.labels["handler"] == "Alive"
        )

    def test_both_answer_their_metrics_add_up_and_a_stop_ends_all(self, pair, gone, metrics_folders):
        family = family_of(pair.pid)
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda _: httpx.get(f"{pair.url}/healthz").status_code, range(100)))
        assert answers == [200] * 100
        assert self.handled(pair) == 100
        assert pair.end() == 0
        gone(family)
        assert metrics_folders() == set()

    def test_a_killed_worker_is_replaced_and_its_counts_are_kept(self, pair, eventually):
        for _ in range(10):
            httpx.get(f"{pair.url}/healthz")
        before = {worker.pid for worker in workers_of(pair)}
        killed = before.pop()
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: len({one.pid for one in workers_of(pair)} - {killed}) == 2)
        eventually(lambda: self.handled(pair) >= 10)
        assert pair.end() == 0

    def test_a_kill_of_the_parent_ends_all_and_leaves_no_folder(
        self, pair, gone, eventually, metrics_folders
    ):
        family = family_of(pair.pid)
        pair.end(signal.SIGKILL)
        gone(family)
        eventually(lambda: metrics_folders() == set())


class TestEmbeddedSwift:
    """Without a Swift of one's own."""

    @pytest.fixture
    def start(self, run_site, tmp_path, ready):
        def begin(*arguments):
            site = run_site({}, "--port", "0", "--data-dir", str(tmp_path / "data"), *arguments)
            ready(site)
            return site

        return begin

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_an_end_is_the_end_of_all_and_a_second_start_keeps_the_files(self, start, api_of, gone, number):
        first = start()
        family = family_of(first.pid)
        assert len(family) > 1
        api = api_of(first)
        file = api.upload(BODY, name="kept.txt")
        assert first.end(number) == 0
        gone(family)
        second = start()
        again = api_of(second, cookies=dict(api.cookies))
        assert again.get("/api/files").json()["files"] == [file]
        assert httpx.get(again.get(file["download_url"]).headers["location"]).content == BODY
        assert second.end(number) == 0
        assert "Traceback" not in first.log + second.log

    def test_a_kill_is_the_end_of_all(self, start, gone):
        site = start()
        family = family_of(site.pid)
        site.end(signal.SIGKILL)
        gone(family)

    def test_workers_share_it(self, start, api_of, gone):
        site = start("--workers", "2")
        family = family_of(site.pid)
        assert api_of(site).upload(BODY)["size"] == len(BODY)
        assert site.end() == 0
        gone(family)

    def test_its_secret_is_for_its_owner_s_eyes_only(self, start, tmp_path):
        start().end()
        assert (tmp_path / "data" / "secret").stat().st_mode & 0o077 == 0
