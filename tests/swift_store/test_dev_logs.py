"""Swift's log lines go to a file and nowhere else."""

import logging
from logging.handlers import SysLogHandler

import pytest

from swift_store.dev.logs import LogFile, to_file


@pytest.fixture
def logger():
    logger = logging.getLogger("a logger of Swift's")
    yield logger
    for handler in list(logger.handlers):
        if isinstance(handler, LogFile):
            logger.removeHandler(handler)
            handler.close()


def test_the_file_takes_the_place_of_syslog_however_often_it_is_asked_for(logger, tmp_path):
    conf = {"log_file": str(tmp_path / "proxy.log")}
    for _ in range(2):
        logger.addHandler(SysLogHandler(address=("127.0.0.1", 9)))
        to_file(conf, "proxy", False, None, "%(message)s", logger, None)  # noqa: FBT003 - as Swift calls it
    logger.warning("disk %s is full", "d0")
    ours = [type(handler) for handler in logger.handlers if isinstance(handler, SysLogHandler | LogFile)]
    assert ours == [LogFile]
    (line,) = (tmp_path / "proxy.log").read_text().splitlines()
    assert line.endswith("WARNING disk d0 is full")


def test_no_file_is_made_before_the_first_line(logger, tmp_path):
    to_file({"log_file": str(tmp_path / "proxy.log")}, "proxy", False, None, "", logger, None)  # noqa: FBT003
    assert list(tmp_path.iterdir()) == []
