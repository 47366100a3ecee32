"""Build hook: whoever builds the package builds the page, and needs no Node installed for it."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# A build backend does not run with the tree on its path.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from tools.frontend import Frontend, FrontendError
from tools.node import NoNodeError, python_requirements


class PageBuildHook(BuildHookInterface[Any]):
    """Puts the built front end where the package data is, unless it is there already."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if Frontend().is_built() else python_requirements()

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        try:
            Frontend().build()
        except (FrontendError, NoNodeError) as error:
            self.app.abort(str(error))
