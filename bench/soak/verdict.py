"""Whether a soak was good: all that speaks against it, in a sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from bench.soak.judging import Course, trends
from bench.soak.records import Found, Recorded

# Every fault passes, and every client tries again: hardly a file should fail, although failing is no loss.
STORED_SHARE: Final = 0.95


def objections(recorded: Recorded) -> list[str]:
    """What is lost, left over, visible though it should not be, failed too often, grew, or was logged."""
    return list(
        chain(
            _of_found(recorded.soak.found),
            *(_of_client(recorded, client) for client in recorded.soak.clients),
            _of_use(recorded),
            _of_logs(recorded),
        )
    )


def _of_found(found: Found) -> Iterator[str]:
    for names, what in (
        (found.wrong, "are not what was sent"),
        (found.lost, "were said to be stored, and are not there"),
        (found.twice, "are there more than once"),
    ):
        if names:
            yield f"{len(names)} files {what}"
    if found.orphans:
        yield f"{found.orphans} segments are left over after a sweep"


def _of_client(recorded: Recorded, client: str) -> Iterator[str]:
    own = [one.is_stored for one in recorded.sent if one.client == client]
    if not own or sum(own) < STORED_SHARE * len(own):
        yield f"{client}: only {sum(own)} of {len(own)} files could be stored"


def _of_use(recorded: Recorded) -> Iterator[str]:
    found = trends(recorded.readings)
    for role in set(recorded.soak.watched) - {trend.role for trend in found}:
        yield f"{role}: nobody knows what it uses"
    for trend in found:
        if trend.course is not Course.FLAT:
            yield f"{trend.role}, {trend.what}: {trend.course.value}"


def _of_logs(recorded: Recorded) -> Iterator[str]:
    if recorded.soak.troubles:
        yield f"{sum(recorded.soak.troubles.values())} errors are in the logs"
    if not recorded.gusts:
        yield "no fault has met anything"
