"""`background`: whatever is killed, what was answered 202 is in Swift in the end, bit for bit."""

import contextlib
import os
import signal
import threading

import psutil
import pytest

UPLOADS = 12
SIZE = 6_000_000


@pytest.fixture
def site(start_site, variants):
    site = start_site(variants["background-gevent-cooperative"], retry_seconds=0, client_timeout=10)
    yield site
    site.stop()


def processes(site, word=""):
    """The site's living processes whose command line has the word, parents first."""
    found = []
    for child in psutil.Process(site.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if child.status() != psutil.STATUS_ZOMBIE and word in " ".join(child.cmdline()):
                found.append(child)
    return found


def upload_in_threads(site, file_form, contents, accepted):
    """Send each content, again and again until it is answered 202; remember it under its id."""

    def send(content):
        while (answer := site.post(file_form(content))).status != 202:
            assert answer.status is None, "it breaks off, or it is taken"
        accepted[answer.json["id"]] = content

    def patient(content):
        for _ in range(200):
            try:
                return send(content)
            except ConnectionError:
                continue
        raise AssertionError("never taken")

    threads = [threading.Thread(target=patient, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    return threads


def test_kill_9_of_the_pusher_and_of_the_web_worker_loses_nothing(site, file_form, eventually):
    contents = [os.urandom(SIZE) for _ in range(UPLOADS)]
    accepted = {}
    threads = upload_in_threads(site, file_form, contents, accepted)
    eventually(lambda: accepted)
    processes(site, "proxy_upload.pusher")[0].send_signal(signal.SIGKILL)
    eventually(lambda: len(accepted) >= 3)
    web_worker = processes(site, "gunicorn")[-1]
    web_worker.send_signal(signal.SIGKILL)
    for thread in threads:
        thread.join()
    eventually(lambda: processes(site, "proxy_upload.pusher"))
    processes(site, "proxy_upload.pusher")[0].send_signal(signal.SIGKILL)
    assert len(accepted) == UPLOADS
    for upload_id, content in accepted.items():
        eventually(lambda upload_id=upload_id: site.get(f"/uploads/{upload_id}").json["state"] == "stored")
        assert site.download(f"/files/{upload_id}").body == content


def test_what_was_accepted_survives_the_end_of_the_whole_site(start_site, variants, file_form, eventually):
    variant = variants["background-gthread-plain"]
    site = start_site(variant, retry_seconds=0, pushers=1)
    eventually(lambda: processes(site, "proxy_upload.pusher"))
    processes(site, "proxy_upload.pusher")[0].suspend()
    ids = [site.post(file_form(b"%d" % number)).json["id"] for number in range(5)]
    assert {site.get(f"/uploads/{one}").json["state"] for one in ids} <= {"queued", "pushing"}
    family = processes(site)
    for process in (site.process, *family):
        process.kill()
    psutil.wait_procs(family, timeout=10)
    site.process.wait()
    again = start_site(variant, spool_dir=site.spool, retry_seconds=0)
    again.owner = site.owner
    for number, upload_id in enumerate(ids):
        eventually(lambda upload_id=upload_id: again.get(f"/uploads/{upload_id}").json["state"] == "stored")
        assert again.download(f"/files/{upload_id}").body == b"%d" % number
    eventually(lambda: again.spooled_files() == [])
    again.stop()


def test_a_site_that_is_killed_takes_its_processes_with_it(start_site, variants, eventually):
    site = start_site(variants["background-gthread-plain"])
    eventually(lambda: len(processes(site)) == 3)  # gunicorn, its worker, the pusher
    children = processes(site)
    site.process.kill()
    site.process.wait()
    _gone, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
