"""Keeps Swift's log to the console: there is no syslog in a container, and to ask for one fails on every line."""

from logging.handlers import SysLogHandler
from typing import Any


def only(  # noqa: PLR0913, PLR0917 - Swift's interface, named in `log_custom_handlers`
    conf: Any, name: Any, log_to_console: Any, log_route: Any, fmt: Any, logger: Any, adapted_logger: Any
) -> None:
    """Take the handler away that Swift has just given to LOGGER for syslog."""
    del conf, name, log_to_console, log_route, fmt, adapted_logger
    for handler in [one for one in logger.handlers if isinstance(one, SysLogHandler)]:
        logger.removeHandler(handler)
        handler.close()
