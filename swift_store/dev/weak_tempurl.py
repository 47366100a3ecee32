"""Swift's TempURL middleware as older releases had it: it lets headers through that newer ones refuse.

To see what our own precautions do about such a Swift. Import this module only after `swift_runtime.prepare`.
"""

from typing import Any

from swift.common.middleware import tempurl


def filter_factory(global_conf: dict[str, str], lets_through: str, **local_conf: str) -> Any:
    """PasteDeploy's way to make a filter; `lets_through` are names of headers with spaces between them."""
    refused = [
        name for name in tempurl.DISALLOWED_INCOMING_HEADERS.split() if name not in lets_through.split()
    ]
    tempurl.DISALLOWED_INCOMING_HEADERS = " ".join(refused)
    return tempurl.filter_factory(global_conf, **local_conf)
