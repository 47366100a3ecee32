"""The site whose page is pictured."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Archives are held: one of the pictures shows what that looks like.
_POLICY = """
from direct_upload.policy import ALLOW, HOLD

def decide(question):
    return HOLD if question.name.endswith(".zip") else ALLOW
"""


@contextmanager
def running_site() -> Iterator[str]:
    """A site with a Swift of its own, both gone afterwards; yields its address."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "picture_policy.py").write_text(_POLICY, encoding="utf-8")
        environ = {"PYTHONPATH": folder, "DIRECT_UPLOAD_POLICY": "picture_policy:decide"}
        data = str(Path(folder, "data"))
        command = [sys.executable, "-m", "direct_upload", "serve", "--port", "0", "--data-dir", data]
        with subprocess.Popen(
            command, env=os.environ | environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            assert process.stdout is not None  # noqa: S101 - for mypy: it was opened as a pipe
            try:
                yield process.stdout.readline().split()[-1]
            finally:
                process.terminate()
