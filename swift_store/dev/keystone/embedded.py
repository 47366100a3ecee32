"""Keystone seen from the program that wants one: a child process that ends with its parent."""

from __future__ import annotations

import os
import selectors
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from swift_store.dev.keystone import configuration
from swift_store.dev.keystone.directory import Directory
from swift_store.dev.keystone.environment import copy_template, environment

_START_SECONDS = 60.0
_STOP_SECONDS = 5.0
_PACKAGE_PARENT = str(Path(__file__).parents[3])


class KeystoneError(Exception):
    """Keystone did not start; the message says why."""


class EmbeddedKeystone:
    """A Keystone that knows its admin, as a context manager.

    `data` keeps what it knows (None: a temporary folder, removed at the end). Several may run on one
    folder: they know the same people, and accept each other's tokens, which live for `token_seconds` each.
    """

    def __init__(self, data: Path | None = None, *, token_seconds: int = 3600) -> None:
        self._data = data
        self._token_seconds = token_seconds
        self._resources = ExitStack()
        self.url = ""
        """Where it answers, as `http://127.0.0.1:PORT/v3`, while it runs."""

    @property
    def directory(self) -> Directory:
        """Its people, projects and catalog, as the admin sees them."""
        return Directory(self.url)

    def __enter__(self) -> Self:
        made = environment()
        with ExitStack() as stack:
            folder = self._data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="keystone-")))
            copy_template(made, folder)
            conf = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="keystone-conf-")))
            (conf / "keystone.conf").write_text(configuration.keystone_conf(folder, self._token_seconds))
            errors = stack.enter_context(tempfile.TemporaryFile())
            process = _spawn(made.python, conf, errors)
            stack.callback(_stop, process)
            self.url = f"http://127.0.0.1:{_announced_port(process, errors)}/v3"
            self._resources = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resources.close()


def _spawn(python: Path, conf: Path, errors: IO[bytes]) -> subprocess.Popen[bytes]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("OS_", "PYTHON"))}
    return subprocess.Popen(  # noqa: S603 - our own module
        [str(python), "-P", "-m", "swift_store.dev.keystone.server", str(conf)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=environ | {"PYTHONPATH": _PACKAGE_PARENT},
        start_new_session=True,
    )


def _announced_port(process: subprocess.Popen[bytes], errors: IO[bytes]) -> int:
    assert process.stdout is not None  # noqa: S101 - for mypy: it was opened as a pipe
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if selector.select(_START_SECONDS) else b""
    if not line:
        process.kill()
        process.wait()
        errors.seek(0)
        words = errors.read().decode(errors="replace").strip()
        raise KeystoneError(words or f"no answer within {_START_SECONDS:.0f} seconds")
    return int(line)


def _stop(process: subprocess.Popen[bytes]) -> None:
    with process:
        assert process.stdin is not None  # noqa: S101 - for mypy: it was opened as a pipe
        process.stdin.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
