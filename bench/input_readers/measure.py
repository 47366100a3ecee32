"""One run of one scenario: start gunicorn, let the clients loose, collect what they saw."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_STOP_SECONDS = 20.0
_RUN_SECONDS = 300.0
_SENDERS_NICE = 10
_LOAD = [sys.executable, "-m", "bench.input_readers.load"]


@dataclass(frozen=True)
class Scenario:
    """A worker class with an input reader, and what other requests come besides."""

    name: str
    worker: str
    reader: str
    spool: str = "default"
    small_per_second: int = 0


SCENARIOS = (
    Scenario("gevent, plain", "gevent", "plain"),
    Scenario("gthread, 20 threads", "gthread", "plain"),
    Scenario("gevent, sleep(0)", "gevent", "sleep0"),
    Scenario("gevent, cooperative", "gevent", "cooperative", "offload"),
    Scenario("gevent, cooperative, 200 small requests/s", "gevent", "cooperative", "offload", 200),
)


@dataclass(frozen=True)
class Sizes:
    """How much load a run has."""

    senders: int = 3
    upload_bytes: int = 300_000_000
    uploads_each: int = 2
    probes_per_second: int = 50


@dataclass(frozen=True)
class Run:
    """The raw samples of one run: latencies in seconds, throughput of all senders in bytes a second."""

    scenario: str
    round: int
    latencies: list[float]
    throughput: float
    uploads: list[dict[str, float]] = field(repr=False)

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def measure(scenario: Scenario, number: int, sizes: Sizes, spool: Path) -> Run:
    """Start a worker, send and probe, and return what was seen."""
    with _server(scenario, spool) as port:
        probers = [_start("probe", port, sizes.probes_per_second)]
        if scenario.small_per_second:
            probers.append(_start("probe", port, scenario.small_per_second))
        senders = [_start("send", port, sizes.upload_bytes, sizes.uploads_each) for _ in range(sizes.senders)]
        # A worker or prober that waited for a CPU would show the senders, which are other machines in life.
        for sender in senders:
            os.setpriority(os.PRIO_PROCESS, sender.pid, _SENDERS_NICE)
        try:
            uploads = [upload for sender in senders for upload in _result(sender)]
            latencies, *_ = [_result(prober) for prober in probers]
        finally:
            for process in (*senders, *probers):
                process.kill()
                process.communicate()
    seconds = max(upload["ended_at"] for upload in uploads) - min(upload["started_at"] for upload in uploads)
    return Run(scenario.name, number, latencies, sum(u["sent_bytes"] for u in uploads) / seconds, uploads)


def _start(*arguments: object) -> subprocess.Popen[bytes]:
    command = [*_LOAD, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603


def _result(process: subprocess.Popen[bytes]) -> list[Any]:
    # A prober goes on until its input closes; a sender does not look at it.
    output, _ = process.communicate(timeout=_RUN_SECONDS)
    result: list[Any] = json.loads(output)
    return result


@contextmanager
def _server(scenario: Scenario, spool: Path) -> Iterator[int]:
    """Run one worker on a free port, which it inherits as a listening socket."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        command = [sys.executable, "-m", "gunicorn", "bench.input_readers.app:app", "--log-level", "warning"]
        command += [
            "--bind",
            f"fd://{listener.fileno()}",
            "--worker-class",
            scenario.worker,
            "--timeout",
            "300",
        ]
        # Its heartbeat is a change to a file once a second, which on a disk that is busy can take 100 ms.
        command += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108 - gunicorn's own advice
        command += ["--threads", "20"] if scenario.worker == "gthread" else []
        settings = {"BENCH_INPUT": scenario.reader, "BENCH_SPOOL": scenario.spool, "TMPDIR": str(spool)}
        server = subprocess.Popen(  # noqa: S603
            command, env=os.environ | settings, pass_fds=[listener.fileno()]
        )
        try:
            port = listener.getsockname()[1]
            _wait_until_it_answers(port)
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_until_it_answers(port: int) -> None:
    # The listener queues the connection: no polling is needed. A second request finds the worker warm.
    for _ in range(2):
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(b"GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            while connection.recv(65536):
                pass
    time.sleep(0.3)
