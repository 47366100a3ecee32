"""The figures of a scenario under an architecture: what the visitors felt, what the uploaders got, what
it cost.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bench.records import Recording, Role
from bench.statistics.bootstrap import Interval, interval
from bench.statistics.measured import GB, Measured
from bench.statistics.silence import Silence, silence
from bench.statistics.traffic import failed_uploads, finished_uploads, in_flight
from bench.statistics.waits import Latency, latency


@dataclass(frozen=True)
class Response:
    """What visitors felt. `availability`: share of the intended visits that were answered in time (0 to
    1).
    """

    visits: int
    answered: int
    latency: Latency | None
    availability: Interval | None
    silence: Silence


@dataclass(frozen=True)
class Uploads:
    """What uploaders got. `goodput` in committed bytes a second; `moved_bytes` in the measured time,
    committed or
    under way; `mean_seconds` of a finished upload.
    """

    finished: int
    failed: int
    most_in_flight: int
    goodput: Interval | None
    moved_bytes: float
    mean_seconds: float | None


@dataclass(frozen=True)
class Cost:
    """What the application server spent; None: not sampled.

    `cpu_per_gb` leaves out what the visitors cost, `gross_cpu_per_gb` has it in (seconds for each GB moved).
    `app_share`: bytes through the application server for each byte uploaded. Peaks in bytes or numbers.
    """

    cpu_seconds: float | None
    cores: float | None
    cpu_per_gb: Interval | None
    gross_cpu_per_gb: float | None
    app_bytes: int | None
    app_share: float | None
    rss_bytes: int | None
    disk_bytes: int | None
    connections: int | None
    processes: int | None
    swift_cores: float | None


@dataclass(frozen=True)
class Figures:
    """All of it, over `seconds` of measuring in `repetitions`."""

    seconds: float
    repetitions: int
    response: Response
    uploads: Uploads
    cost: Cost


def figures(measured: Measured, cpu_per_visit: float = 0.0) -> Figures | None:
    """The figures, with `cpu_per_visit` taken off the cost of uploading; None when no repetition
    succeeded.
    """
    if not measured.good:
        return None
    return Figures(
        seconds=float(measured.slices.seconds.sum()),
        repetitions=len(measured.good),
        response=_response(measured),
        uploads=_uploads(measured),
        cost=_cost(measured, cpu_per_visit),
    )


def _response(measured: Measured) -> Response:
    silences = [silence(one.visits, one.cell.seconds) for one in measured.good]
    return Response(
        visits=len(measured.waits),
        answered=int(measured.waits.answered.sum()),
        latency=latency(measured.waits),
        availability=interval(measured.availability()),
        silence=Silence(max(one.longest for one in silences), sum(one.noticeable for one in silences)),
    )


def _uploads(measured: Measured) -> Uploads:
    finished = [upload for one in measured.good for upload in finished_uploads(one.uploads, one.cell.seconds)]
    taken = [upload.finished - upload.started for upload in finished if upload.finished is not None]
    return Uploads(
        finished=len(finished),
        failed=sum(len(failed_uploads(one.uploads, one.cell.seconds)) for one in measured.good),
        most_in_flight=max(_most_in_flight(one) for one in measured.good),
        goodput=interval(measured.goodput()) if measured.slices.moved.any() else None,
        moved_bytes=float(measured.slices.moved.sum()),
        mean_seconds=sum(taken) / len(taken) if taken else None,
    )


def _cost(measured: Measured, cpu_per_visit: float) -> Cost:
    net, gross = measured.cpu_per_gb(cpu_per_visit), measured.cpu_per_gb()
    whole = None if gross is None else interval(gross)
    moved, through = float(measured.slices.moved.sum()), _app_bytes(measured.good)
    used = [one for one in measured.app if one is not None]
    return Cost(
        cpu_seconds=_cpu_seconds(measured, Role.APP),
        cores=_cores(measured, Role.APP),
        cpu_per_gb=None if net is None else interval(net),
        gross_cpu_per_gb=None if whole is None else whole.value,
        app_bytes=through,
        app_share=through / moved if through is not None and moved >= GB / 1000 else None,
        rss_bytes=_highest(one.peak_rss_bytes for one in used),
        disk_bytes=_highest(one.peak_disk_bytes for one in used),
        connections=_highest(one.peak_connections for one in used),
        processes=_highest(one.peak_processes for one in used),
        swift_cores=_cores(measured, Role.SWIFT),
    )


def _cpu_seconds(measured: Measured, role: Role) -> float | None:
    used = measured.used_by(role)
    known = [float(one.cpu_seconds.sum()) for one in used if one is not None]
    return sum(known) if len(known) == len(used) else None


def _cores(measured: Measured, role: Role) -> float | None:
    spent = _cpu_seconds(measured, role)
    return None if spent is None else spent / float(measured.slices.seconds.sum())


def _app_bytes(recordings: list[Recording]) -> int | None:
    counts = [(one.cell.app_bytes_in, one.cell.app_bytes_out) for one in recordings]
    known = [came + went for came, went in counts if came is not None and went is not None]
    return sum(known) if len(known) == len(counts) else None


def _most_in_flight(one: Recording) -> int:
    moments = np.arange(0, one.cell.seconds, 0.25)
    return int(in_flight(one.uploads, moments).max(initial=0))


def _highest(values: Iterable[int | None]) -> int | None:
    return max((value for value in values if value is not None), default=None)
