"""What is measured: programs that put one file into the same Swift, each as its users would call it."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OURS: Final = "direct-upload"
# The label of each way to call rclone, and its options.
_RCLONE: Final = {
    "rclone": ("`rclone copyto`", []),
    "rclone-32M": ("`rclone copyto --swift-chunk-size 32Mi`", ["--swift-chunk-size", "32Mi"]),
}
CONTAINER: Final = "terminal"
_BIN: Final = Path(sys.executable).parent
_SEGMENT_BYTES: Final = 32 << 20


@dataclass(frozen=True)
class Contestant:
    """A command that puts a file; `environ` is added to the environment."""

    name: str
    label: str
    command: Sequence[str]
    environ: Mapping[str, str]


def contestants(file: Path, site: str, swift: Mapping[str, str], state: Path) -> list[Contestant]:
    """Ours and the others, without those `not_installed`. STATE is where ours remembers uploads."""
    ours = Contestant(
        OURS,
        "`direct-upload put`",
        [str(_BIN / "direct-upload"), "put", str(file), "--to", site],
        {"XDG_STATE_HOME": str(state)},
    )
    return [ours, _swift(file, swift), *_rclone(file, swift)]


def not_installed() -> list[str]:
    """The labels of those that can't be measured here. Swift's own program comes with the tests' tools."""
    return [] if shutil.which("rclone") else [label for label, _ in _RCLONE.values()]


def _swift(file: Path, environ: Mapping[str, str]) -> Contestant:
    slicing = ["--use-slo", "-S", str(_SEGMENT_BYTES), "--segment-threads", "4"]
    command = [str(_BIN / "swift"), "upload", *slicing, "--object-name", "file", CONTAINER, str(file)]
    return Contestant("swift", "`swift upload --use-slo -S 32M --segment-threads 4`", command, environ)


def _rclone(file: Path, environ: Mapping[str, str]) -> list[Contestant]:
    program = shutil.which("rclone")
    if program is None:
        return []
    remote = {
        "RCLONE_CONFIG": "/dev/null",
        "RCLONE_CONFIG_BENCH_TYPE": "swift",
        "RCLONE_CONFIG_BENCH_AUTH": environ["ST_AUTH"],
        "RCLONE_CONFIG_BENCH_USER": environ["ST_USER"],
        "RCLONE_CONFIG_BENCH_KEY": environ["ST_KEY"],
    }
    command = [program, "copyto", "--ignore-times", str(file), f"bench:{CONTAINER}/file"]
    return [
        Contestant(name, label, [*command, *options], remote) for name, (label, options) in _RCLONE.items()
    ]
