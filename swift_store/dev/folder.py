"""The data folder of a cluster: where things lie, what survives a restart, and who may use it."""

import contextlib
import errno
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from swift_store.dev.shape import Shape

# As large as a long set of metadata; Swift's own attributes are called user.swift.metadata.
_PROBE_XATTR = "user.swift.probe"
_PROBE_BYTES = 2048

# An INI file has no way to write these that all of Swift's readers understand.
_UNWRITABLE = ("%(", "\n")


class FolderError(Exception):
    """The folder cannot hold a cluster; the message says why and what to do."""


@dataclass(frozen=True)
class Identity:
    """What must stay the same over restarts for the stored data to be found and the key to be valid."""

    shape: str
    key: str
    hash_suffix: str

    def __repr__(self) -> str:
        return f"Identity(shape={self.shape!r})"


@dataclass(frozen=True)
class DataFolder:
    """Paths below the root of one cluster's data."""

    root: Path
    identity: Identity

    @property
    def etc(self) -> Path:
        return self.root / "etc"

    @property
    def devices(self) -> Path:
        return self.root / "devices"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def environ(self) -> Path:
        """Where a running cluster says how it is reached."""
        return self.root / "environ"

    @property
    def recon(self) -> Path:
        return self.root / "recon"


@contextlib.contextmanager
def open_folder(root: Path, shape: Shape) -> Iterator[DataFolder]:
    """Prepare `root` (made when missing) and hold it for this process until the context ends.

    Raises FolderError when another cluster holds it, when it belongs to another shape, when it can't be
    written, or when its file system has no user extended attributes, where Swift keeps objects' metadata.
    """
    root = root.resolve()
    with contextlib.ExitStack() as held:
        try:
            folder = _prepare(root, shape, held)
        except OSError as error:
            raise FolderError(f"cannot use the data folder {root}: {error.strerror or error}") from error
        yield folder


def _prepare(root: Path, shape: Shape, held: contextlib.ExitStack) -> DataFolder:
    if any(text in str(root) for text in _UNWRITABLE):
        raise FolderError(f"Swift's configuration cannot name the data folder {str(root)!r}: choose another")
    root.mkdir(parents=True, exist_ok=True)
    lock = held.enter_context((root / "lock").open("w"))
    _lock(lock.fileno(), root)
    _require_xattrs(root / "lock")
    folder = DataFolder(root, _identity(root / "identity.json", shape))
    for path in (folder.etc, folder.log, folder.recon, *(folder.devices / name for name in shape.devices)):
        path.mkdir(parents=True, exist_ok=True)
    return folder


def _lock(descriptor: int, root: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise FolderError(f"another embedded Swift is using {root}") from error


def _require_xattrs(path: Path) -> None:
    """Linux only: elsewhere Python has no such calls, and Swift itself finds out."""
    if not hasattr(os, "setxattr"):
        return
    try:
        os.setxattr(path, _PROBE_XATTR, b"x" * _PROBE_BYTES)
        os.removexattr(path, _PROBE_XATTR)
    except OSError as error:
        if error.errno not in {errno.ENOTSUP, errno.EPERM, errno.ENOSPC}:
            raise
        raise FolderError(
            f"the file system of {path.parent} has no user extended attributes, where Swift keeps metadata:"
            " choose a folder on another one with --data (ext4, xfs and btrfs have them)"
        ) from error


def _identity(path: Path, shape: Shape) -> Identity:
    if not path.exists():
        created = Identity(shape.value, key=secrets.token_hex(16), hash_suffix=secrets.token_hex(8))
        write_private(path, json.dumps(asdict(created)))
        return created
    try:
        found = Identity(**json.loads(path.read_text()))
    except (ValueError, TypeError) as error:
        raise FolderError(f"{path} is damaged: remove the data folder {path.parent} to start anew") from error
    if found.shape != shape.value:
        raise FolderError(f"{path.parent} holds a cluster of shape {found.shape}, not {shape.value}")
    return found


def write_private(path: Path, text: str) -> None:
    """Readable by this user alone from its first byte on, and never half written."""
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    partial.replace(path)
