"""What the uploaders got done: committed bytes, bytes on their way, uploads in flight."""

from collections.abc import Iterable, Sequence

import numpy as np

from bench.records import Upload
from bench.statistics.waits import Floats


def finished_uploads(uploads: Iterable[Upload], end: float) -> list[Upload]:
    """Those that were committed while it was measured, whenever they had begun."""
    return [
        upload
        for upload in uploads
        if upload.ok and upload.finished is not None and 0 <= upload.finished <= end
    ]


def failed_uploads(uploads: Iterable[Upload], end: float) -> list[Upload]:
    """Those that ended with an error while it was measured."""
    return [
        upload
        for upload in uploads
        if not upload.ok and upload.finished is not None and 0 <= upload.finished <= end
    ]


def committed_bytes(uploads: Iterable[Upload], edges: Floats) -> Floats:
    """Bytes of the uploads that were committed in each slice between two edges: an upload counts when it
    is done.
    """
    done = finished_uploads(uploads, float(edges[-1]))
    times = [upload.finished for upload in done if upload.finished is not None]
    counted, _ = np.histogram(times, bins=edges, weights=[float(upload.size) for upload in done])
    return counted.astype(np.float64)


def moved_bytes(uploads: Iterable[Upload], edges: Floats) -> Floats:
    """Bytes that uploads moved in each slice, each spread evenly over the time that it took.

    This is what costs are related to: it counts the part of an upload that lies in the measured time, and so
    doesn't depend on how many happened to end in it. Failed uploads cost, but move nothing.
    """
    moved = np.zeros(len(edges) - 1)
    for upload in uploads:
        size, finished = _progress(upload, float(edges[-1]))
        share = np.clip((edges - upload.started) / max(finished - upload.started, 1e-9), 0, 1)
        moved += size * np.diff(share)
    return moved


def _progress(upload: Upload, end: float) -> tuple[float, float]:
    if upload.finished is None:
        return float(upload.bytes_sent), end
    return float(upload.size if upload.ok else 0), upload.finished


def in_flight(uploads: Sequence[Upload], moments: Floats) -> Floats:
    """How many uploads were under way at each moment."""
    started = np.sort([upload.started for upload in uploads])
    finished = np.sort([np.inf if upload.finished is None else upload.finished for upload in uploads])
    begun = np.searchsorted(started, moments, side="right")
    ended = np.searchsorted(finished, moments, side="right")
    return (begun - ended).astype(np.float64)
