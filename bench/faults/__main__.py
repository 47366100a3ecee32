"""The fault matrix and the soak as a program of their own: threads and sockets are those of the system."""

import sys

import click

from bench.faults.command import faults_command, faults_docs_command
from bench.soak.command import soak_command, soak_docs_command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Look whether anything is lost when things break."""


for _command in (faults_command, faults_docs_command, soak_command, soak_docs_command):
    main.add_command(_command)

if __name__ == "__main__":
    sys.exit(main())
