"""What the measurements ran on, and what else ran there."""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Self

import psutil

from bench.records import Machine
from bench.runner.doubts import CpuUse

_PACKAGES = ("tornado", "gunicorn", "gevent", "werkzeug", "python-swiftclient", "swift", "eventlet", "locust")


def machine() -> Machine:
    return Machine(
        cpu=_cpu_model(),
        cores=os.cpu_count() or 1,
        memory_bytes=psutil.virtual_memory().total,
        kernel=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
    )


def versions() -> dict[str, str]:
    """Versions of everything that takes part, as far as it is installed."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    nginx = shutil.which("nginx")
    if nginx:
        told = subprocess.run([nginx, "-v"], capture_output=True, text=True, check=False)  # noqa: S603 - on PATH
        found["nginx"] = told.stderr.strip().rpartition("/")[2]
    return found


def siblings() -> list[set[int]]:
    """Groups of hardware threads that share a core; none where the system does not tell."""
    files = Path("/sys/devices/system/cpu").glob("cpu[0-9]*/topology/thread_siblings_list")
    return [cpus_of(file.read_text()) for file in files]


def cpus_of(text: str) -> set[int]:
    """Read a list of CPUs as the kernel writes it: `0-3,8`."""
    found: set[int] = set()
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


@dataclass(frozen=True)
class CpuClock:
    """CPU seconds that the whole machine had spent at a moment, by CPU."""

    busy: tuple[float, ...]
    stolen: float

    @classmethod
    def read(cls) -> Self:
        times = psutil.cpu_times(percpu=True)
        busy = tuple(t.user + t.nice + t.system + t.irq + t.softirq for t in times)
        return cls(busy, sum(getattr(t, "steal", 0.0) for t in times))

    def use_until(self, later: Self, seconds: float, load_cpus: Collection[int]) -> CpuUse:
        """Shares of one CPU that were used between two moments, SECONDS apart."""
        spent = [after - before for before, after in zip(self.busy, later.busy, strict=True)]
        return CpuUse(
            cpus=len(spent),
            busy=sum(spent) / seconds,
            load_cpus=len(load_cpus),
            load_busy=sum(spent[cpu] for cpu in load_cpus) / seconds,
            stolen=(later.stolen - self.stolen) / seconds,
        )


def busy_share(seconds: float) -> float:
    """The share of all CPUs that is used now, before anything of ours runs."""
    return float(psutil.cpu_percent(seconds)) / 100


def _cpu_model() -> str:
    try:
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or sys.platform
