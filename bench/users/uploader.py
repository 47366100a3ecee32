"""What uploaders of every way have in common: file after file, each a row, whatever becomes of it."""

import itertools
import os
import random
import time
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus

from locust import User, task
from locust.env import Environment

from bench.records import Upload
from bench.users import connection
from bench.users.connection import Answer, Connection, Refused, Request, Traffic
from bench.users.content import chunks
from bench.users.handover import now
from bench.users.options import options_of
from bench.users.pacing import Line

# The last two: an answer that is no JSON, or not the JSON that was promised.
FAILURES = (*connection.FAILURES, Refused, ValueError, KeyError)
_AFTER_FAILURE_SECONDS = 1.0
_numbers = itertools.count(1)

app_traffic = Traffic()
"""What all uploaders of this process exchanged with the application server."""


class Progress:
    """An upload under way: a file of SIZE bytes of which `sent` have left."""

    def __init__(self, size: int, line: Line) -> None:
        self.size = size
        self.sent = 0
        self._line = line

    def content(self, size: int | None = None) -> Iterator[memoryview]:
        """SIZE bytes of content (the whole file by default), as the client's line carries them."""
        wanted = self.size if size is None else size
        for piece in self._line.paced(chunks(wanted, self._line.chunk_bytes)):
            yield piece
            self.sent += len(piece)


@dataclass(frozen=True)
class Outcome:
    """How an upload went; `finished` is None as long as it goes on."""

    started: float
    finished: float | None = None
    failure: BaseException | None = None


class Uploader(User):
    """Sends one file after the other; the way is a subclass."""

    abstract = True

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.options = options_of(environment)
        self.client_name = f"{os.getpid()}-{next(_numbers)}"
        self.line = Line(self.options.bandwidth)
        self._chance = random.Random(self.client_name)  # noqa: S311 - sizes and pauses, not secrets

    @abstractmethod
    def send(self, progress: Progress) -> None:
        """Upload one file and return when it is safely stored, or accepted for storing. Raises `FAILURES`."""

    def on_start(self) -> None:
        # Clients that start together would go on in step for ever.
        time.sleep(self._chance.uniform(0, 1))

    def wait_time(self) -> float:
        pause = self.options.upload_pause
        return self._chance.expovariate(1 / pause) if pause else 0.0

    @task
    def upload(self) -> None:
        """Send a file; what became of it is a row, also when the test stops in the middle."""
        progress = Progress(self.options.upload_sizes.draw(self._chance), self.line)
        outcome = Outcome(now())
        try:
            self.send(progress)
            outcome = replace(outcome, finished=now())
        except FAILURES as error:
            outcome = replace(outcome, finished=now(), failure=error)
        finally:
            self._tell_locust(progress, outcome)
        if outcome.failure:
            time.sleep(_AFTER_FAILURE_SECONDS)

    def to_app(self) -> Connection:
        return Connection(
            self.host or "",
            app_traffic,
            timeout=self.options.upload_timeout,
            send_buffer_bytes=self.line.send_buffer_bytes,
        )

    def ask(self, server: Connection, request: Request, name: str) -> Answer:
        """Make a request that Locust counts as NAME, and return its answer if that is a success."""
        with self._counted(request.method, name):
            return server.ask(request).expect(HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED)

    @contextmanager
    def _counted(self, method: str, name: str) -> Iterator[None]:
        started, failure = now(), None
        try:
            yield
        except FAILURES as error:
            failure = error
            raise
        finally:
            self.environment.events.request.fire(
                request_type=method,
                name=name,
                response_time=(now() - started) * 1000,
                response_length=0,
                exception=failure,
                context={},
            )

    def _tell_locust(self, progress: Progress, outcome: Outcome) -> None:
        row = Upload(
            client=self.client_name,
            size=progress.size,
            started=outcome.started,
            finished=outcome.finished,
            ok=outcome.finished is not None and outcome.failure is None,
            error=f"{type(outcome.failure).__name__}: {outcome.failure}" if outcome.failure else "",
            bytes_sent=progress.sent,
        )
        self.environment.events.request.fire(
            request_type="FILE",
            name=f"{type(self).__name__}, whole file",
            response_time=((row.finished or now()) - row.started) * 1000,
            response_length=row.bytes_sent,
            exception=outcome.failure,
            context={"row": row},
        )
