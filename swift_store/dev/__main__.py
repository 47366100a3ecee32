"""`python -m swift_store.dev`: start the embedded cluster, print how to reach it, run until Ctrl-C."""

import argparse
import contextlib
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from swift_store.dev import configuration
from swift_store.dev.changes import NO_CHANGES, ProxyChanges
from swift_store.dev.extra import MissingExtraError, require_swift
from swift_store.dev.folder import FolderError, open_folder
from swift_store.dev.listeners import PortError, listen
from swift_store.dev.shape import Shape


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the result is the exit status. What prevents a start is told in one line on stderr."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.stop_on_eof and sys.stdin is None:
        parser.error("--stop-on-eof needs a standard input")
    # Until the cluster waits for signals itself: leave through the context managers, which tidy up.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        require_swift()
        with contextlib.ExitStack() as stack:
            root = options.data or stack.enter_context(_temporary_folder())
            _run(root, options, stack)
    except (MissingExtraError, FolderError, PortError) as error:
        sys.stderr.write(f"embedded Swift: {error}\n")
        return 1
    return 0


@contextlib.contextmanager
def _temporary_folder() -> Iterator[Path]:
    # A stop in the middle of uploads can leave a thread that still writes; it must not turn into a traceback.
    with tempfile.TemporaryDirectory(prefix="embedded-swift-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _run(root: Path, options: argparse.Namespace, stack: contextlib.ExitStack) -> None:
    listeners = listen(options.port, options.shape)
    folder = stack.enter_context(open_folder(root, options.shape))
    swift_conf = folder.etc / "swift.conf"
    swift_conf.write_text(configuration.swift_conf(folder.identity.hash_suffix))
    # Imported in this order and not before: see swift_runtime.
    from swift_store.dev import swift_runtime  # noqa: PLC0415

    swift_runtime.prepare(swift_conf)
    from swift_store.dev import cluster  # noqa: PLC0415

    wanted = cluster.Options(
        options.shape,
        options.background_seconds,
        options.stop_on_eof,
        _changes(options.proxy_changes),
    )
    cluster.run(folder, listeners, wanted)


def _changes(path: Path | None) -> ProxyChanges:
    return NO_CHANGES if path is None else ProxyChanges.from_json(path.read_text("utf-8"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m swift_store.dev", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=0, help="where clients connect on 127.0.0.1 (default: a free port)"
    )
    parser.add_argument(
        "--data", type=Path, help="folder that keeps the stored files (default: a temporary one)"
    )
    parser.add_argument(
        "--shape",
        type=Shape,
        default=Shape.SINGLE,
        choices=list(Shape),
        metavar="{single,replicated}",
        help="one process, or 3 copies on 4 object servers, each a process (default: single)",
    )
    parser.add_argument(
        "--background-seconds",
        type=float,
        default=5.0,
        help="pause between passes of the updaters and the object expirer; 0: no passes (default: 5)",
    )
    parser.add_argument(
        "--proxy-changes",
        type=Path,
        metavar="FILE",
        help="JSON that makes the proxy stand in for another cluster's: see swift_store.dev.changes",
    )
    parser.add_argument(
        "--stop-on-eof",
        action="store_true",
        help="end when standard input ends: a parent's pipe, closed by its death",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
