"""Which files a `put` names, and what they will be called."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from direct_upload.client import Item


def items_of(paths: Sequence[Path], name: str | None, *, recursive: bool) -> Iterator[Item]:
    """The files in their order; those in a folder with their path from it on, `holiday/beach.jpg`."""
    for path in dict.fromkeys(paths):
        if not path.is_dir():
            yield Item(path, name or path.name)
        elif recursive:
            yield from _in_folder(path, name or path.resolve().name)
        else:
            raise click.UsageError(f"{path} is a folder; send it with -r")


def _in_folder(folder: Path, name: str) -> Iterator[Item]:
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for file in sorted(files):
            path = Path(parent, file)
            yield Item(path, f"{name}/{path.relative_to(folder).as_posix()}")
