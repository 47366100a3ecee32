"""A filter that does nothing but lower the size of the largest object, as `swift.conf` could.

Import this module only after `swift_runtime.prepare`.
"""

from collections.abc import Callable
from typing import Any

from swift.common import constraints
from swift.common.registry import register_swift_info


def filter_factory(
    _global_conf: dict[str, str], max_file_size: str, **_local_conf: str
) -> Callable[[Any], Any]:
    """PasteDeploy's way to make a filter; `max_file_size` is in bytes."""
    constraints.MAX_FILE_SIZE = int(max_file_size)
    register_swift_info(max_file_size=int(max_file_size))
    return lambda app: app
