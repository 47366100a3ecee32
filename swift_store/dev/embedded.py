"""The embedded cluster seen from the program that wants one: a child process that ends with its parent."""

import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import urlsplit

from swift_store.dev.announcement import ACCOUNT, Announcement, ObjectServer, parse
from swift_store.dev.changes import NO_CHANGES, ProxyChanges
from swift_store.dev.extra import MissingExtraError, require_swift
from swift_store.dev.shape import Shape

_START_SECONDS = 30.0
_STOP_SECONDS = 5.0
_READ_BYTES = 65536
_PACKAGE_PARENT = str(Path(__file__).parents[2])


class EmbeddedSwiftError(Exception):
    """The cluster did not start, or is not running; the message says why."""


class EmbeddedSwift:
    """A Swift cluster as a child process; a context manager, or `start` and `stop`.

    `data` keeps the stored files (None: a temporary folder, removed at the end), `port` 0 takes a free one,
    and `background_seconds` is the pause between two passes of the updaters and the object expirer (0: none).
    `changes` let its proxy stand in for another cluster's, and `python` is the interpreter of another virtual
    environment that has Swift, and what the changes need.
    The child holds the reading end of a pipe from this process, so that it ends even after a kill -9. A
    process that forks without exec hands that pipe on: the cluster then lives as long as the last fork.
    """

    def __init__(  # noqa: PLR0913 - what a cluster may be given
        self,
        data: Path | None = None,
        port: int = 0,
        shape: Shape = Shape.SINGLE,
        *,
        background_seconds: float = 5.0,
        changes: ProxyChanges = NO_CHANGES,
        python: Path | None = None,
    ) -> None:
        self._arguments = [
            f"--port={port}",
            f"--shape={shape.value}",
            f"--background-seconds={background_seconds}",
        ]
        if data is not None:
            self._arguments.append(f"--data={data}")
        self._changes = changes
        self._python = python
        self._process: subprocess.Popen[bytes] | None = None
        self._announcement = Announcement({})
        self._resources = ExitStack()

    def start(self) -> Self:
        """Return when the cluster answers. Raises EmbeddedSwiftError, with the child's words, if not."""
        if self._process is not None:
            raise EmbeddedSwiftError("this embedded Swift runs already")
        if self._python is None:
            _require_swift_here()
        with ExitStack() as unless_started:
            unless_started.callback(self.stop)
            errors = self._resources.enter_context(tempfile.TemporaryFile())
            self._process = self._resources.enter_context(self._spawn(errors.fileno()))
            self._announcement = _read_announcement(self._process)
            if not self._announcement.complete:
                raise EmbeddedSwiftError(_last_words(self._process, errors))
            unless_started.pop_all()
        return self

    def _spawn(self, errors: int) -> subprocess.Popen[bytes]:
        return _spawn(str(self._python or sys.executable), self._all_arguments(), errors)

    def _all_arguments(self) -> list[str]:
        if self._changes == NO_CHANGES:
            return self._arguments
        # In a file of our own: there may be passwords in it, and everybody can read a command line.
        folder = Path(self._resources.enter_context(tempfile.TemporaryDirectory()))
        changes = folder / "changes.json"
        changes.write_text(self._changes.to_json(), encoding="utf-8")
        return [*self._arguments, f"--proxy-changes={changes}"]

    def stop(self) -> None:
        """End the cluster and wait for its end; nothing happens when it does not run."""
        process, self._process = self._process, None
        self._announcement = Announcement({})
        with self._resources:
            if process is not None and process.stdin is not None:
                process.stdin.close()
                try:
                    process.wait(_STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def environ(self) -> Mapping[str, str]:
        """`ST_AUTH`, `ST_USER` and `ST_KEY`, which Swift's own tools read."""
        if not self._announcement.complete:
            raise EmbeddedSwiftError("the embedded Swift does not run")
        return self._announcement.environ

    @property
    def auth_url(self) -> str:
        return self.environ["ST_AUTH"]

    @property
    def user(self) -> str:
        return self.environ["ST_USER"]

    @property
    def key(self) -> str:
        return self.environ["ST_KEY"]

    @property
    def storage_url(self) -> str:
        """The user's account, as the token request would tell it."""
        return f"http://{urlsplit(self.auth_url).netloc}/v1/{ACCOUNT}"

    @property
    def pid(self) -> int:
        """The process of the proxy, and of all servers in the single shape."""
        if self._process is None:
            raise EmbeddedSwiftError("the embedded Swift does not run")
        return self._process.pid

    @property
    def object_servers(self) -> tuple[ObjectServer, ...]:
        """The object server processes as they were at the start; none in the single shape."""
        return self._announcement.object_servers


def _require_swift_here() -> None:
    try:
        require_swift()
    except MissingExtraError as error:
        raise EmbeddedSwiftError(str(error)) from error


def _spawn(python: str, arguments: list[str], errors: int) -> subprocess.Popen[bytes]:
    # -P: a folder named swift in the working directory must not hide the package. A session of its own:
    # Ctrl-C in the terminal is for this process, which then stops the child in order.
    path = os.pathsep.join(filter(None, [_PACKAGE_PARENT, os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(  # noqa: S603 - our own module and our own options
        [python, "-P", "-m", "swift_store.dev", "--stop-on-eof", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=os.environ | {"PYTHONPATH": path},
        start_new_session=True,
    )


def _read_announcement(process: subprocess.Popen[bytes]) -> Announcement:
    """What the child announces within the time it has; incomplete when it ends or hangs before that."""
    assert process.stdout is not None  # noqa: S101 - for mypy: it was opened as a pipe
    deadline = time.monotonic() + _START_SECONDS
    text = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not (announcement := parse(text.decode())).complete:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                break
            chunk = os.read(process.stdout.fileno(), _READ_BYTES)
            if not chunk:
                break
            text += chunk
    return announcement


def _last_words(process: subprocess.Popen[bytes], errors: IO[bytes]) -> str:
    """Why the child did not start: what it wrote on stderr before it ended, or was ended."""
    process.kill()
    process.wait()
    errors.seek(0)
    return errors.read().decode(errors="replace").strip() or f"no answer within {_START_SECONDS:.0f} seconds"
