"""The command line: which commands there are. Each is loaded when it is called, with what it needs."""

from __future__ import annotations

import sys
from importlib import import_module

import click

# The terminal client starts in a fraction of the time that all of the site takes.
_COMMANDS = {
    "serve": "serve:serve",
    "put": "put:put",
    "get": "get:get",
    "ls": "ls:list_files",
    "rm": "rm:remove",
    "doctor": "doctor:doctor",
    "token": "tokens:token",
    "held": "held:held",
    "release": "held:release",
    "reject": "held:reject",
    "rotate": "rotation:rotate",
    "setup": "setup:setup",
    "status": "status:status",
    "sweep": "sweep:sweep",
}


class _LoadedOnDemand(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        module, _, name = _COMMANDS.get(cmd_name, "").partition(":")
        if not module:
            return None
        command = getattr(import_module(f"direct_upload.commands.{module}"), name)
        assert isinstance(command, click.Command)  # noqa: S101 - see the table
        return command


@click.group(cls=_LoadedOnDemand, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="direct-upload")
def main() -> None:
    """Big files from the browser straight into OpenStack Swift."""


if __name__ == "__main__":
    sys.exit(main())
