"""A command in the care of a warden: what it needs, whether it lives, its last words, its end."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

_WARDEN = Path(__file__).with_name("warden.py")
_LAST_WORDS = 400
_KILL_SECONDS = 30.0


@dataclass(frozen=True)
class Place:
    """Where processes run: on which CPUs (empty: any), by how much others go first, or whether they do.

    Those in a hurry run as soon as they can, before all others on their CPU, where the system allows it.
    """

    cpus: tuple[int, ...] = ()
    nice: int = 0
    hurry: bool = False


class Ward:
    """A running command with all its descendants. They end with this context, or when this process dies."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        place: Place,
        *,
        environ: Mapping[str, str] | None = None,
        remove: Path | None = None,
    ) -> None:
        self._log = log
        care = [f"--cpus={','.join(map(str, place.cpus))}", f"--nice={place.nice}"]
        care += ["--hurry"] * place.hurry
        care += [f"--remove={remove}"] if remove else []
        with log.open("ab") as errors:
            self._warden = subprocess.Popen(  # noqa: S603 - our own script and our own commands
                [sys.executable, "-I", "-S", str(_WARDEN), *care, "--", *command],
                stdin=subprocess.PIPE,
                stdout=errors,
                stderr=errors,
                env=os.environ | dict(environ or {}),
                # Ctrl-C in a terminal is for us; the children are told in order.
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The warden's, at the root of the tree."""
        return self._warden.pid

    @property
    def exit_status(self) -> int | None:
        """None while it runs."""
        return self._warden.poll()

    def require_running(self, failure: type[Exception]) -> None:
        """Raise FAILURE with its last words when it has ended."""
        if self.exit_status is not None:
            raise failure(f"ended with status {self.exit_status}: {self.last_words()}")

    def output(self) -> str:
        """What it has written so far, on both channels."""
        return self._log.read_text(errors="replace")

    def wait(self, seconds: float) -> int | None:
        """Its exit status as soon as it has ended; None when it runs longer than that."""
        with suppress(subprocess.TimeoutExpired):
            self._warden.wait(seconds)
        return self.exit_status

    def last_words(self) -> str:
        """The end of what it wrote, on one line."""
        lines = [line for line in self.output().splitlines() if line.strip()]
        return " ".join(lines[-3:])[-_LAST_WORDS:] or "it said nothing"

    def kill(self) -> None:
        """End it at once, with all that came of it."""
        assert self._warden.stdin is not None  # noqa: S101 - for mypy: it was opened as a pipe
        self._warden.stdin.close()
        self._warden.wait(_KILL_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
