"""The virtual environment in which Keystone lives, and a prepared set of its data.

It is made below this interpreter's own prefix, once, and anew when its requirements change.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from swift_store.dev.keystone import configuration

REQUIREMENTS = Path(__file__).with_name("requirements.txt")

_INSTALL_SECONDS = 600
_COMMAND_SECONDS = 120


class EnvironmentNotMadeError(Exception):
    """The environment could not be made; the message has the words of the command that failed."""


@dataclass(frozen=True)
class Environment:
    """`root` is the virtual environment; `template` the data of a Keystone that knows its admin only."""

    root: Path

    @property
    def python(self) -> Path:
        return self.root / "bin" / "python"

    @property
    def template(self) -> Path:
        return self.root / "template"

    @property
    def stamp(self) -> Path:
        return self.root / "made-from"


def environment(root: Path | None = None) -> Environment:
    """The environment, made first where it is missing or out of date; safe for many processes at a time."""
    made = Environment(root or Path(sys.prefix) / "keystone")
    wanted = _digest()
    with _locked(made.root.with_name(f".{made.root.name}.lock")):
        if not made.stamp.exists() or made.stamp.read_text() != wanted:
            _make(made)
            made.stamp.write_text(wanted)
    return made


def _make(made: Environment) -> None:
    sys.stderr.write("Making the environment of Keystone; this takes a minute, once.\n")
    _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(made.root)])
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(made.python))
    _run(
        [*pip, "install", "--quiet", "--requirement", str(REQUIREMENTS)],
        seconds=_INSTALL_SECONDS,
    )
    _prepare(made)


def _prepare(made: Environment) -> None:
    made.template.mkdir(mode=0o700)
    # Nobody serves from the template itself: whoever copies it writes another configuration.
    with tempfile.TemporaryDirectory() as name:
        conf = Path(name) / "keystone.conf"
        conf.write_text(configuration.keystone_conf(made.template, token_seconds=3600))
        for command in configuration.preparation():
            manage = [str(made.root / "bin" / "keystone-manage"), "--config-file", str(conf), *command]
            _run([*manage, *_owner(command[0])])
    (made.template / "keystone.log").unlink(missing_ok=True)


def _owner(command: str) -> tuple[str, ...]:
    # As root, keystone-manage insists on being told who owns the keys.
    if not command.endswith("_setup") or os.geteuid() != 0:
        return ()
    return ("--keystone-user", "root", "--keystone-group", "root")


def copy_template(made: Environment, folder: Path) -> None:
    """Lay a Keystone's data into FOLDER, unless it has some already."""
    if not (folder / "keystone.db").exists():
        shutil.copytree(made.template, folder, dirs_exist_ok=True)


def _run(command: list[str], seconds: float = _COMMAND_SECONDS) -> None:
    # What would configure the caller's Python, Keystone or OpenStack client is not meant for this one.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("OS_", "PYTHON"))}
    try:
        subprocess.run(  # noqa: S603 - our own commands
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise EnvironmentNotMadeError(f"{' '.join(command)}\n{error.stdout}") from error
    except subprocess.TimeoutExpired as error:
        raise EnvironmentNotMadeError(f"{' '.join(command)}\nno end in {seconds:.0f} seconds") from error


def _digest() -> str:
    parts = (sys.version, REQUIREMENTS.read_text(), str(configuration.preparation()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
