"""The site whose page is pictured."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def running_site() -> Iterator[str]:
    """A site with a Swift of its own, both gone afterwards; yields its address."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "direct_upload", "serve", "--port", "0", "--data-dir", folder]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            assert process.stdout is not None  # noqa: S101 - for mypy: it was opened as a pipe
            try:
                yield process.stdout.readline().split()[-1]
            finally:
                process.terminate()
