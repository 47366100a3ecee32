"""One put: how long it takes, and the most memory that its process had."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LOOK_SECONDS: Final = 0.02
_MOST_SECONDS: Final = 3600.0


class PutFailed(Exception):
    """A program did not put the file; the message has its last words."""


@dataclass(frozen=True)
class Put:
    """One put. `peak_bytes` is the largest resident set of the process, from its start on."""

    seconds: float
    peak_bytes: int


def measured(command: Sequence[str], environ: Mapping[str, str], log: Path) -> Put:
    """Run COMMAND to its end, its output in LOG."""
    peak = 0
    with log.open("wb") as output:
        began = time.monotonic()
        with subprocess.Popen(  # noqa: S603 - the commands of the contestants
            command, env=os.environ | dict(environ), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        ) as process:
            try:
                while process.poll() is None:
                    peak = max(peak, _peak_of(process.pid))
                    if time.monotonic() - began > _MOST_SECONDS:
                        raise PutFailed(f"{command[0]} took longer than {_MOST_SECONDS:.0f} seconds")
                    time.sleep(_LOOK_SECONDS)
                seconds = time.monotonic() - began
            finally:
                process.kill()
    if process.returncode != 0:
        raise PutFailed(f"{command[0]} failed: {log.read_text(errors='replace')[-2000:]}")
    return Put(seconds, peak)


def _peak_of(pid: int) -> int:
    """The kernel's own high-water mark, so that nothing between two looks is missed but the very end."""
    with suppress(OSError, IndexError, ValueError):
        status = Path(f"/proc/{pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    return 0
