"""`stream` keeps nothing: neither a file nor, however much arrives, more than a few pieces of each upload."""

import threading
from pathlib import Path

import psutil
import pytest

UPLOADS = 8
PIECE = bytes(range(256)) * 4096
PIECES = 40
PEAK_BYTES = 85 << 20


@pytest.fixture(params=["stream-gevent-cooperative", "stream-gthread-plain", "stream-tornado-plain"])
def site(request, start_site, variants):
    site = start_site(variants[request.param], client_timeout=20)
    yield site
    site.stop()


def send_slowly_enough_for_memory(site, form_start, form_end, results):
    connection = site.connect()
    length = len(form_start) + PIECES * len(PIECE) + len(form_end)
    content_type = "multipart/form-data; boundary=----boundary-of-a-browser"
    connection.send(site.request_head("POST", "/upload", Content_Length=length, Content_Type=content_type))
    connection.send(form_start)
    for _ in range(PIECES):
        connection.send(PIECE)
    connection.send(form_end)
    results.append(connection.answer())


def workers(site):
    family = psutil.Process(site.process.pid).children(recursive=True)
    return [one for one in family if not one.children()]


def peak_bytes(process):
    """The most memory that a process ever had, as the kernel remembers it."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def test_a_worker_stays_small_under_many_uploads_at_once(site, form):
    whole = form(('name="file"; filename="big"', [], b"|"))
    start, end = whole.split(b"|")
    results = []
    threads = [
        threading.Thread(target=send_slowly_enough_for_memory, args=(site, start, end, results))
        for _ in range(UPLOADS)
    ]
    for thread in threads:
        thread.start()
    (worker,) = workers(site)
    opened = set()
    while any(thread.is_alive() for thread in threads):
        opened |= {file.path for file in worker.open_files()}
        threads[0].join(0.1)
    assert [answer.status for answer in results] == [201] * UPLOADS
    assert {answer.json["size"] for answer in results} == {PIECES * len(PIECE)}
    assert not [path for path in opened if str(site.spool / "temporary") in path or path.startswith("/tmp/#")]
    assert peak_bytes(worker) < PEAK_BYTES
