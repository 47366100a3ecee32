"""`python -m swift_store.dev.filling --data FOLDER NAME`: rows for a container, without their objects.

A million objects take hours to store, and what a listing costs depends on the container's database alone.
So this writes rows straight into it, by Swift's own ContainerBroker, as storing the objects would in the end.
Standard input has one JSON array a line: `[name, bytes, content type, etag]`. In the end it prints the path
of the database. The objects do not exist: they are listed, and to read one gives 404.

A process of its own, beside a running embedded cluster of one process: Swift's modules have effects.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from swift_store.dev.extra import require_swift

# Readers and writers wait for each other while one batch is merged.
_BATCH = 5000


class NoSuchContainerError(Exception):
    """The cluster has no container of this name, or has not written it down yet."""


def fill(data: Path, container: str, lines: IO[str]) -> Path:
    """Merge the rows into the database of the container; return where that is."""
    from swift.common.utils import Timestamp  # noqa: PLC0415 - not before `swift_runtime.prepare`

    broker = _broker(data, container)
    stamp = Timestamp.now().internal
    rows = _rows(lines, stamp)
    while batch := list(islice(rows, _BATCH)):
        broker.merge_items(batch)
    return Path(broker.db_file)


def _broker(data: Path, container: str) -> Any:
    from swift.container.backend import ContainerBroker  # noqa: PLC0415

    for path in sorted(data.glob("devices/*/containers/*/*/*/*.db")):
        broker = ContainerBroker(str(path))
        if not broker.is_deleted() and broker.get_info()["container"] == container:
            return broker
    raise NoSuchContainerError(f"{data} has no container {container}")


def _rows(lines: IO[str], stamp: str) -> Iterator[dict[str, Any]]:
    for line in lines:
        name, size, content_type, etag = json.loads(line)
        yield {
            "name": name,
            "created_at": stamp,
            "size": size,
            "content_type": content_type,
            "etag": etag,
            "deleted": 0,
            "storage_policy_index": 0,
            "ctype_timestamp": stamp,
            "meta_timestamp": stamp,
        }


def main() -> int:
    """Run the command; the result is the exit status."""
    parser = argparse.ArgumentParser("python -m swift_store.dev.filling", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the cluster's data folder")
    parser.add_argument("container")
    options = parser.parse_args()
    require_swift()
    from swift_store.dev import swift_runtime  # noqa: PLC0415 - patches the standard library

    swift_runtime.prepare(options.data.resolve() / "etc" / "swift.conf")
    try:
        sys.stdout.write(f"{fill(options.data.resolve(), options.container, sys.stdin)}\n")
    except NoSuchContainerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
