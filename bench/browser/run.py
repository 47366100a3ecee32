"""Runs cases: each way once a round, so that what else happens to the machine meets all alike."""

import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.browser.account import AccountFailed
from bench.browser.cases import Case, Way
from bench.browser.devtools import Chromium, ChromiumFailed
from bench.browser.records import Sample, write_sample
from bench.browser.stage import Stage, StageFailed, stage
from bench.browser.watching import Watch
from bench.runner.swift import storage_folder

_UPLOAD_SECONDS: Final = 240.0
# The system, and a virtual machine's host, take back what was just deleted in the seconds after: who comes
# at once has an advantage, and a browser takes a second to come.
_REST_SECONDS: Final = 3.0
_MIB: Final = 1 << 20
_FAULTS: Final = (ChromiumFailed, StageFailed, AccountFailed, OSError, subprocess.SubprocessError)


class UploadFailed(Exception):
    """A way did not store what it was given; the message says which, and how it failed."""


def run(
    cases: Sequence[Case], rounds: int, chromium: str, folder: Path, show: Callable[[Sample], None]
) -> None:
    """Measure all cases into the folder; with several rounds, one before them warms up and counts nowhere."""
    for case in cases:
        with _files(case) as files, stage(case) as ready:
            rehearsed = _Rehearsed(case, files, ready, chromium, _REST_SECONDS if rounds > 1 else 0.0)
            if rounds > 1:
                list(rehearsed.round(-1))
            for number in range(rounds):
                for sample in rehearsed.round(number):
                    write_sample(folder, sample)
                    show(sample)


@dataclass(frozen=True)
class _Rehearsed:
    """A case with everything that its uploads need."""

    case: Case
    files: Sequence[Path]
    stage: Stage
    chromium: str
    rest_seconds: float

    def round(self, number: int) -> Iterator[Sample]:
        # No way is always first, or always behind the same other; a run that is repeated has the same order.
        order = random.Random(f"{self.case.name} {number}")  # noqa: S311 - no secret
        with Chromium(self.chromium) as browser:
            for way in order.sample(self.case.ways, len(self.case.ways)):
                try:
                    sample = self._measure(way, number, browser)
                    self._check()
                    self.stage.clear()
                except _FAULTS as error:
                    raise UploadFailed(f"{self.case.name}, {way.name}: {error}") from error
                yield sample

    def _measure(self, way: Way, number: int, browser: Chromium) -> Sample:
        measured = self._curl() if way.page is None else self._page(way, browser)
        case = self.case
        return Sample(case.name, way.name, number, case.files, case.file_bytes, **measured)

    def _curl(self) -> dict[str, Any]:
        target = self.stage.put_target()
        time.sleep(self.rest_seconds)
        with Watch(None, self.stage.swift.pid, self.stage.site) as watch:
            begun = time.perf_counter()
            before = _children_cpu()
            for count, file in enumerate(self.files):
                command = ["curl", "-sS", "-f", "-o", os.devnull, "-T", str(file), target.of(str(count))]
                subprocess.run(command, check=True, timeout=_UPLOAD_SECONDS)  # noqa: S603 - curl, on PATH
            seconds = time.perf_counter() - begun
        return {"seconds": seconds, "usage": watch.usage(curl=_children_cpu() - before)}

    def _page(self, way: Way, browser: Chromium) -> dict[str, Any]:
        with browser.page(f"{self.stage.front.url}/") as page:
            page.wait_for("typeof comparison === 'object'")
            page.choose_files("input", self.files)
            page.call_function("comparison.prepare", self.stage.task(way))
            time.sleep(self.rest_seconds)
            with Watch(browser.pid, self.stage.swift.pid, self.stage.site) as watch:
                told = page.call_function("comparison.run", timeout=_UPLOAD_SECONDS)
        return {
            "seconds": told["seconds"],
            "usage": watch.usage(),
            "long_tasks": told["longTasks"],
            "long_task_seconds": told["longTaskSeconds"],
            "longest_gap_seconds": told["longestGapSeconds"],
            "renderer_peak_bytes": watch.renderer_peak_bytes,
        }

    def _check(self) -> None:
        expected = (self.case.files, self.case.files * self.case.file_bytes)
        if (found := self.stage.stored()) != expected:
            raise StageFailed(f"{found[0]} files with {found[1]} bytes are stored instead of {expected}")


def _children_cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


@contextmanager
def _files(case: Case) -> Iterator[list[Path]]:
    """The files to send, of random bytes, in memory where there is room: reading costs the same each time."""
    folder = Path(tempfile.mkdtemp(prefix="bench-files-", dir=storage_folder()))
    try:
        paths = [folder / f"file-{number}.bin" for number in range(case.files)]
        for path in paths:
            _fill(path, case.file_bytes)
        yield paths
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(path: Path, size: int) -> None:
    with path.open("wb") as file:
        for offset in range(0, size, _MIB):
            file.write(os.urandom(min(_MIB, size - offset)))
