"""`python -m bench.streaming --out DIR`: many big uploads at once, through each server that streams."""

import json
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import psutil

from bench.streaming import servers
from bench.streaming.senders import send_all
from bench.streaming.servers import Server
from swift_store.dev import EmbeddedSwift

MB = 1_000_000
_YARDSTICK = "nginx"
_WORKERS = ("gevent", "gthread", "tornado")


@dataclass(frozen=True)
class Sample:
    """One run: `peak_bytes` is the largest process of the server, its CPU time that of all of them."""

    server: str
    seconds: float
    sent_bytes: int
    peak_bytes: int
    server_cpu_seconds: float
    swift_cpu_seconds: float
    spooled_files: int

    @property
    def mb_per_second(self) -> float:
        return self.sent_bytes / self.seconds / MB


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for streaming.json.")
@click.option("--uploads", default=20, show_default=True, help="Uploads at once.")
@click.option("--size", default=300, show_default=True, help="Size of each in MB.")
@click.option("--rounds", default=1, show_default=True, help="How often each server has its turn.")
def main(out: Path, uploads: int, size: int, rounds: int) -> None:
    """Compare peak memory and throughput of the streaming ways with nginx in front of the same Swift."""
    names = list(_WORKERS)
    if servers.nginx_is_there():
        names.insert(0, _YARDSTICK)
    else:
        click.echo("nginx is not installed (apt-get install nginx): measuring without it, so without ratios.")
    samples = []
    for _ in range(rounds):
        for name in names:
            samples.append(_measure(name, uploads, size * MB))
            click.echo(_row(samples[-1], samples))
    out.mkdir(parents=True, exist_ok=True)
    rows = [{**asdict(one), "mb_per_second": one.mb_per_second} for one in samples]
    document = {"uploads": uploads, "size_bytes": size * MB, "samples": rows}
    (out / "streaming.json").write_text(json.dumps(document, indent=2) + "\n")


def _measure(name: str, uploads: int, size: int) -> Sample:
    # A Swift of its own: what the one before has stored, and how tired it is, must not count.
    with (
        tempfile.TemporaryDirectory(prefix="streaming-") as root,
        EmbeddedSwift(Path(root) / "swift") as swift,
    ):
        servers.prepare(swift)
        with _starter(name, swift, Path(root)) as server:
            send_all(server.port, [server.request(MB)])
            swift_process = psutil.Process(swift.pid)
            before = _cpu_seconds(server.family()), _cpu_seconds([swift_process])
            seconds = send_all(server.port, [server.request(size) for _ in range(uploads)])
            return Sample(
                server=name,
                seconds=seconds,
                sent_bytes=uploads * size,
                peak_bytes=max(_peak_bytes(process) for process in server.family()),
                server_cpu_seconds=_cpu_seconds(server.family()) - before[0],
                swift_cpu_seconds=_cpu_seconds([swift_process]) - before[1],
                spooled_files=sum(path.is_file() for path in Path(root, "spool").rglob("*")),
            )


def _starter(name: str, swift: EmbeddedSwift, folder: Path) -> AbstractContextManager[Server]:
    if name == _YARDSTICK:
        return servers.nginx(swift, folder)
    starter: Callable[..., AbstractContextManager[Server]] = servers.site
    return starter(swift, folder, name)


def _cpu_seconds(processes: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def _peak_bytes(process: psutil.Process) -> int:
    """The most memory that the process ever had, as Linux remembers it."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def _row(sample: Sample, samples: list[Sample]) -> str:
    yardstick = [one.mb_per_second for one in samples if one.server == _YARDSTICK]
    ratio = f"{sample.mb_per_second / yardstick[-1]:5.2f} of nginx" if yardstick else "no nginx"
    return (
        f"{sample.server:8}  {sample.mb_per_second:6.0f} MB/s  {ratio}  "
        f"peak {sample.peak_bytes / MB:5.1f} MB  CPU {sample.server_cpu_seconds:5.1f} s, "
        f"Swift {sample.swift_cpu_seconds:5.1f} s  {sample.spooled_files} files spooled"
    )


if __name__ == "__main__":
    sys.exit(main())
