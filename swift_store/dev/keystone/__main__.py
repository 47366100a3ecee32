"""`python -m swift_store.dev.keystone`: start both, print how to sign in, run until Ctrl-C.

With `--install` it only makes their virtual environment, unless that is there and up to date.
"""

import argparse
import shlex
import signal
import sys
import threading

from swift_store.dev.embedded import EmbeddedSwiftError
from swift_store.dev.keystone.cluster import keystone_cluster
from swift_store.dev.keystone.embedded import KeystoneError
from swift_store.dev.keystone.environment import EnvironmentNotMadeError, environment


def main() -> int:
    """Run the command; the result is the exit status."""
    parser = argparse.ArgumentParser("python -m swift_store.dev.keystone", description=__doc__)
    parser.add_argument("--install", action="store_true", help="only make the virtual environment")
    options = parser.parse_args()
    try:
        environment()
        if not options.install:
            _run()
    except (EnvironmentNotMadeError, KeystoneError, EmbeddedSwiftError) as error:
        sys.stderr.write(f"embedded Keystone: {error}\n")
        return 1
    return 0


def _run() -> None:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with keystone_cluster() as cluster:
        sys.stdout.writelines(
            f"export {name}={shlex.quote(value)}\n" for name, value in cluster.environ.items()
        )
        sys.stdout.flush()
        stopped.wait()


if __name__ == "__main__":
    sys.exit(main())
