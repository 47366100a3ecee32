"""Repeats what failed for a reason that may pass, with growing pauses, their length left to chance."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random_exponential

from direct_upload.client.errors import ClientError, Damaged, Interrupted, StorageRefused
from direct_upload.client.values import Patience

T = TypeVar("T")

_FEW = 3


def repeat(work: Callable[[], T], patience: Patience, stopping: threading.Event) -> T:
    """Call WORK until it succeeds, fails for good, or patience ends; then its last error is raised."""
    streak = _Streak(patience)
    backoff = wait_random_exponential(
        multiplier=2 * patience.first_pause, max=patience.longest_pause, min=patience.first_pause
    )
    attempts = Retrying(
        retry=retry_if_exception(_is_temporary),
        wait=lambda state: max(_asked_pause(state), backoff(state)),
        stop=streak.is_over,
        sleep=lambda seconds: pause(seconds, stopping),
        reraise=True,
    )
    return attempts(_unless_stopped(work, stopping))


class _Streak:
    """Failures in a row: over when they last too long, or when too many bodies arrive damaged."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._began: float | None = None
        self._damages = 0

    def is_over(self, state: RetryCallState) -> bool:
        now = time.monotonic()
        self._began = now if self._began is None else self._began
        self._damages += _is_damage(_error_of(state))
        is_long = now - self._began >= self._patience.give_up and state.attempt_number >= _FEW
        return is_long or self._damages >= self._patience.damages


def _error_of(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _is_damage(error: BaseException | None) -> bool:
    return isinstance(error, Damaged) or (isinstance(error, StorageRefused) and error.is_damaged)


def _is_temporary(error: BaseException) -> bool:
    return isinstance(error, ClientError) and error.is_temporary


def _asked_pause(state: RetryCallState) -> float:
    error = _error_of(state)
    return error.retry_after if isinstance(error, ClientError) else 0.0


def pause(seconds: float, stopping: threading.Event) -> None:
    """Wait; raise `Interrupted` as soon as it is stopped."""
    if stopping.wait(seconds):
        raise Interrupted("Stopped.")


def _unless_stopped(work: Callable[[], T], stopping: threading.Event) -> Callable[[], T]:
    def attempt() -> T:
        if stopping.is_set():
            raise Interrupted("Stopped.")
        return work()

    return attempt
