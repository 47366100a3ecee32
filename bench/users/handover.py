"""What a Locust process and whoever started it agree on."""

import time
from dataclasses import dataclass

FOLDER_VARIABLE = "BENCH_RECORD_DIR"
"""The environment variable that names the folder for rows of raw data."""

GO = "go"
"""The file in that folder whose appearance is the word to start."""

STOP = "stop"
"""The file whose appearance is the word to end: what is under way is written down as it stands."""

ENDED = "ended"
"""How the names of files begin by which each process tells that it has written its last row."""

# The offset is taken once: no correction of the system's clock can shift it while a process runs.
_EPOCH = time.time() - time.monotonic()


def now() -> float:
    """Seconds since the epoch, even and rising."""
    return _EPOCH + time.monotonic()


@dataclass(frozen=True)
class TrafficAt:
    """What the uploaders of a process had exchanged with the application server at a moment."""

    t: float
    sent: int
    received: int
