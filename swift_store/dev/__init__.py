"""A real OpenStack Swift cluster on loopback, for development and tests, made from the PyPI package `swift`.

Run it with `python -m swift_store.dev`, or from Python:

    with EmbeddedSwift() as swift:
        connection = swiftclient.Connection(swift.auth_url, swift.user, swift.key)

Importing this package imports neither swift nor eventlet: only the process that `EmbeddedSwift` starts does.
"""

from swift_store.dev.announcement import ObjectServer
from swift_store.dev.embedded import EmbeddedSwift, EmbeddedSwiftError
from swift_store.dev.shape import Shape

__all__ = ["EmbeddedSwift", "EmbeddedSwiftError", "ObjectServer", "Shape"]
