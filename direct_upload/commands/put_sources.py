"""Which files a `put` names, and what they will be called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from direct_upload.client import ClientError, Item, SourceUnreadable

Failure = tuple[str, ClientError]


def sources_of(
    paths: Sequence[Path], name: str | None, *, recursive: bool
) -> tuple[list[Item], list[Failure]]:
    """The files in their order; and the folders that can't be looked into, with the reasons.

    Files in a folder are called by their path from it on, `holiday/beach.jpg`. Links are followed.
    """
    items: list[Item] = []
    failures: list[Failure] = []
    for path in dict.fromkeys(paths):
        if not _is_folder(path):
            items.append(Item(path, name or path.name))
            continue
        if not recursive:
            raise click.UsageError(f"{path} is a folder; send it with -r")
        for found in _in_folder(path, name or path.resolve().name):
            if isinstance(found, Item):
                items.append(found)
            else:
                failures.append(found)
    return items, failures


def _in_folder(folder: Path, name: str) -> Iterator[Item | Failure]:
    """The files of a folder before those of its folders; each by its name."""
    waiting = [(Item(folder, name), frozenset[tuple[int, int]]())]
    while waiting:
        here, above = waiting.pop()
        try:
            status = here.path.stat()
            inside = [
                (_is_folder(one), Item(one, f"{here.name}/{one.name}")) for one in sorted(here.path.iterdir())
            ]
        except OSError as error:
            yield _failure(here, error.strerror or str(error))
            continue
        identity = status.st_dev, status.st_ino
        if identity in above:
            yield _failure(here, "is a link to a folder that it is in")
            continue
        yield from (item for is_folder, item in inside if not is_folder)
        waiting += [(item, above | {identity}) for is_folder, item in reversed(inside) if is_folder]


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # opening it as a file will say why


def _failure(item: Item, why: str) -> Failure:
    return item.source, SourceUnreadable(f"{item.path}: {why}.")
