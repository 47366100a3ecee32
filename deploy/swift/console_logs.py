"""Keeps complaints about a missing syslog out of the log: there is none in a container, and Swift insists."""

import logging
from typing import Any


def only(*_logger: Any) -> None:
    """Let lines that can't be sent to syslog be lost without a word: they are on the console too.

    Swift calls what `log_custom_handlers` names with each logger that it makes; the one of its access log is
    not among them, so this concerns the whole process.
    """
    logging.raiseExceptions = False
