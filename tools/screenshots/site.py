"""The sites whose page is pictured."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tools.frontend import Frontend
from tools.node import find_node

# Archives are held: one of the pictures shows what that looks like.
_POLICY = """
from direct_upload.policy import ALLOW, HOLD

def decide(question):
    return HOLD if question.name.endswith(".zip") else ALLOW
"""
_CLIENT_SECRET = "the site's secret at the provider"  # noqa: S105 - it opens nothing but a picture


@contextmanager
def open_site() -> Iterator[str]:
    """A site that everybody may use, with a Swift of its own, both gone afterwards; yields its address."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "picture_policy.py").write_text(_POLICY, encoding="utf-8")
        environ = {"PYTHONPATH": folder, "DIRECT_UPLOAD_POLICY": "picture_policy:decide"}
        with _served(Path(folder), 0, environ) as address:
            yield address


@contextmanager
def members_site() -> Iterator[str]:
    """The same at which people sign in, under any name, at an OpenID Connect provider."""
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder, _provider(f"http://localhost:{port}") as issuer:
        environ = {
            "DIRECT_UPLOAD_IDENTITY": "oidc",
            "DIRECT_UPLOAD_OIDC_ISSUER": issuer,
            "DIRECT_UPLOAD_OIDC_CLIENT_ID": "site",
            "DIRECT_UPLOAD_OIDC_CLIENT_SECRET": _CLIENT_SECRET,
        }
        with _served(Path(folder), port, environ) as address:
            yield address


@contextmanager
def _served(folder: Path, port: int, environ: Mapping[str, str]) -> Iterator[str]:
    command = [sys.executable, "-m", "direct_upload", "serve"]
    flags = ["--port", str(port), "--data-dir", str(folder / "data")]
    with subprocess.Popen(
        [*command, *flags],
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield _first_line(process.stdout).split()[-1]
        finally:
            process.terminate()


@contextmanager
def _provider(site: str) -> Iterator[str]:
    """The tests' provider, which ends with its standard input; yields its issuer."""
    environ = find_node().environment({**os.environ, "SITE": site, "CLIENT_SECRET": _CLIENT_SECRET})
    with subprocess.Popen(
        ["node", "src/provider.js"],
        cwd=Frontend().sources / "oidc-test",
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield _first_line(process.stdout)


def _first_line(output: IO[str] | None) -> str:
    assert output is not None  # noqa: S101 - for mypy: it was opened as a pipe
    return output.readline().strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
