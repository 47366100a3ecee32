"""Visitors of the rest of the site: they come when they come, whether or not earlier ones were answered."""

import itertools
import secrets
import threading
import time
from http import HTTPStatus

from locust import User, task
from locust.env import Environment

from bench.arrivals import arrivals
from bench.records import Visit
from bench.users.connection import FAILURES, Connection, Request, Traffic
from bench.users.handover import now
from bench.users.options import options_of

_TIMER_SECONDS = 0.001
_numbers = itertools.count(1)


class Visitor(User):
    """A stream of visits, each on a new connection and in a greenlet of its own.

    Latency counts from when the visit was due, so a frozen server can't hide its pause (which is known as
    coordinated omission).
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.options = options_of(environment)
        self._traffic = Traffic()
        self._waiting: dict[float, float] = {}
        seed = self.options.visit_seed or secrets.token_hex(8)
        # A worker of a distributed test has a number; without one there is only this process.
        worker = getattr(environment.runner, "worker_index", 0)
        self._schedule = arrivals(self.options.visit_rate, f"{seed}-{worker}-{next(_numbers)}")

    @task
    def come(self) -> None:
        """Start visits for ever: Locust stops this task."""
        begin = now()
        for offset in self._schedule:
            _sleep_until(begin + offset)
            threading.Thread(target=self._visit, args=(begin + offset,), daemon=True).start()

    def on_stop(self) -> None:
        """Visits without an answer are results too: they are written as they stand."""
        waiting, self._waiting = self._waiting, {}
        for intended, started in waiting.items():
            self._tell(Visit(intended, started, None, ok=False, error="unanswered", path=self._path))

    @property
    def _path(self) -> str:
        return self.options.visit_path

    def _visit(self, intended: float) -> None:
        started = self._waiting[intended] = now()
        visit = self._answered(intended, started)
        if self._waiting.pop(intended, None) is not None:
            self._tell(visit)

    def _answered(self, intended: float, started: float) -> Visit:
        try:
            with Connection(self.host or "", self._traffic, timeout=self.options.visit_timeout) as server:
                answer = server.ask(Request("GET", self._path, {"Connection": "close"}))
        except FAILURES as error:
            reason = f"{type(error).__name__}: {error}"
            return Visit(intended, started, None, ok=False, error=reason, path=self._path)
        return Visit(
            intended, started, now(), ok=answer.status == HTTPStatus.OK, status=answer.status, path=self._path
        )

    def _tell(self, visit: Visit) -> None:
        self.environment.events.request.fire(
            request_type="GET",
            name=visit.path,
            response_time=((visit.finished or now()) - visit.intended) * 1000,
            response_length=0,
            exception=None if visit.ok else RuntimeError(visit.error or f"status {visit.status}"),
            context={"row": visit},
        )


def _sleep_until(due: float) -> None:
    """Sleep more precisely than the event loop's timer, which rounds up to a millisecond."""
    time.sleep(max(0.0, due - now() - _TIMER_SECONDS))
    while now() < due:
        time.sleep(0)
