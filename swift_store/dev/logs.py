"""Where the servers' log lines go: into files of the data folder, never to syslog or the terminal."""

import logging
from collections.abc import Mapping
from logging.handlers import SysLogHandler
from typing import Any

_FORMAT = "%(asctime)s %(process)d %(levelname)s %(message)s"


class LogFile(logging.FileHandler):
    """Made when its first line comes."""

    def __init__(self, path: str) -> None:
        super().__init__(path, delay=True, encoding="utf-8")
        self.setFormatter(logging.Formatter(_FORMAT))


def to_file(
    conf: Mapping[str, str],
    _name: str,
    _to_console: bool,  # noqa: FBT001 - Swift chooses the arguments of its log hooks
    _route: str | None,
    _fmt: str,
    logger: logging.Logger,
    _adapted_logger: Any,
) -> None:
    """Swift's `log_custom_handlers` hook: `log_file` in place of the syslog that Swift always adds."""
    for handler in list(logger.handlers):
        if isinstance(handler, SysLogHandler | LogFile):
            logger.removeHandler(handler)
            handler.close()
    logger.addHandler(LogFile(conf["log_file"]))
