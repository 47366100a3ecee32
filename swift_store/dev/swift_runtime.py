"""Making Swift's code read this cluster's `swift.conf` rather than /etc/swift's."""

import os
import time
import warnings
from pathlib import Path


def prepare(swift_conf: Path) -> None:
    """Import Swift's foundation, patch the standard library for eventlet, and choose the `swift.conf`.

    Has to come before any other import of Swift, which reads constraints and storage policies while it is
    imported, from the path that is set by then.
    """
    # eventlet and others warn of their own end of life, which is not the developer's concern here.
    warnings.simplefilter("ignore")
    # Swift does its arithmetic with time zones on the assumption that its servers run in UTC.
    os.environ["TZ"] = "UTC+0"
    time.tzset()
    from swift.common import utils  # noqa: PLC0415 - importing it has effects that only this process may have

    utils.monkey_patch()
    utils.SWIFT_CONF_FILE = str(swift_conf)
    utils.validate_configuration()
