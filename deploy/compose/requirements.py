"""Prints what pyproject.toml asks for: an image has it in a layer below the code, which changes more often.

`python requirements.py PYPROJECT EXTRA,EXTRA`: one requirement a line, for `pip install --requirement`.
"""

import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any


def requirements(project: dict[str, Any], extras: Sequence[str]) -> Iterator[str]:
    """The project's own dependencies and those of EXTRAS; extras that name the project itself add nothing."""
    yield from project["dependencies"]
    for extra in extras:
        named = project["optional-dependencies"][extra]
        yield from (one for one in named if not one.startswith(f"{project['name']}["))


if __name__ == "__main__":
    declared = tomllib.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["project"]
    sys.stdout.writelines(f"{one}\n" for one in requirements(declared, sys.argv[2].split(",")))
