"""The front end's build: installs the locked npm packages, runs their scripts, builds the page when it must.

The package build (hatch_build.py) and the Makefile both come here, so that there is one answer to "is the
page up to date" and one way to build it.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.node import Node, NoNodeError, find_node, python_requirements

ROOT = Path(__file__).resolve().parent.parent
SOURCES_STAMP = ".sources.sha256"
LOCK_FILES = ("package.json", "package-lock.json")
LOCK_STAMP = ".lock.sha256"
_NOT_SOURCES = frozenset({"node_modules", "coverage", "dist"})


class FrontendError(Exception):
    """The front end can't be built here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Frontend:
    """Where the sources are and where the built page goes."""

    sources: Path = ROOT / "direct_upload" / "frontend"
    page: Path = ROOT / "direct_upload" / "static"

    def is_built(self) -> bool:
        """Tell whether the page was built from exactly the sources that are there now."""
        built_from = _read(self.page / SOURCES_STAMP)
        return (self.page / "index.html").is_file() and built_from == self.sources_digest()

    def sources_digest(self) -> str:
        return _digest(self.sources, _source_files(self.sources))

    def run(self, script: str) -> None:
        """Run one of package.json's scripts, with the locked packages installed first if they are not.

        Raises NoNodeError, or FrontendError when the script fails.
        """
        node = find_node()
        self._install(node)
        self._npm(node, "run", script)

    def build(self) -> None:
        """Build the page unless it is built from these very sources; raises as `run` does."""
        if self.is_built():
            return
        # Taken before the build: a source that changes during it must show as changed.
        digest = self.sources_digest()
        self.run("build")
        if not (self.page / "index.html").is_file():
            raise FrontendError(f"`npm run build` ended well but left no {self.page / 'index.html'}.")
        (self.page / SOURCES_STAMP).write_text(digest, encoding="ascii")

    def _install(self, node: Node) -> None:
        digest = _digest(self.sources, [self.sources / name for name in LOCK_FILES])
        stamp = self.sources / "node_modules" / LOCK_STAMP
        if _read(stamp) != digest:
            self._npm(node, "ci", "--no-audit", "--no-fund")
            stamp.parent.mkdir(exist_ok=True)
            stamp.write_text(digest, encoding="ascii")

    def _npm(self, node: Node, *arguments: str) -> None:
        environment = node.environment({**os.environ, "NPM_CONFIG_UPDATE_NOTIFIER": "false"})
        # What npm says goes to stderr: a build backend's stdout may be read by its caller.
        status = subprocess.run(
            [*node.npm, *arguments], cwd=self.sources, env=environment, stdout=sys.stderr, check=False
        ).returncode
        if status != 0:
            raise FrontendError(_npm_failure(arguments, status))


def _source_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in _NOT_SOURCES:
                yield from _source_files(path)
        else:
            yield path


def _digest(folder: Path, files: Iterator[Path] | Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{content} {path.relative_to(folder).as_posix()}\n".encode())
    return digest.hexdigest()


def _read(path: Path) -> str | None:
    return path.read_text(encoding="ascii") if path.is_file() else None


def _npm_failure(arguments: Sequence[str], status: int) -> str:
    failure = f"`npm {' '.join(arguments)}` failed with exit status {status}; npm's own words are above."
    if arguments[0] == "ci":
        failure += (
            " It needs the npm registry: if it could not reach it, look at the network and npm's settings."
        )
    return failure


def main(arguments: Sequence[str]) -> int:
    """`requirements` prints what pip must install, `build` builds the page, `run` runs npm scripts."""
    try:
        match list(arguments):
            case ["requirements"]:
                sys.stdout.writelines(f"{requirement}\n" for requirement in python_requirements())
            case ["build"]:
                Frontend().build()
            case ["run", *scripts] if scripts:
                for script in scripts:
                    Frontend().run(script)
            case _:
                sys.stderr.write("usage: python -m tools.frontend requirements | build | run SCRIPT...\n")
                return 2
    except (FrontendError, NoNodeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
