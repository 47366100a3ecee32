"""Swift's WSGI applications, and eventlet servers for them.

Import this module only after `swift_runtime.prepare`.
"""

import os
import socket
from typing import Any

import eventlet
from eventlet import wsgi
from eventlet.greenio import GreenSocket
from swift.account.server import AccountController
from swift.common import constraints, utils
from swift.common.http_protocol import SwiftHttpProtocol
from swift.common.utils import NullLogger, get_hub
from swift.common.wsgi import ConfigString, RestrictedGreenPool, loadapp
from swift.container.server import ContainerController
from swift.obj.server import ObjectController

from swift_store.dev import configuration
from swift_store.dev.changes import NO_CHANGES, ProxyChanges
from swift_store.dev.folder import DataFolder
from swift_store.dev.stopping import wait_for_eof

_MAX_CLIENTS = 1024
_STORAGE_SERVERS = {
    "account": AccountController,
    "container": ContainerController,
    "object": ObjectController,
}


def load_storage(folder: DataFolder, changes: ProxyChanges = NO_CHANGES) -> dict[str, Any]:
    """The account, container and object server, by these names."""
    options = {name: configuration.storage_options(folder, name) for name in _STORAGE_SERVERS}
    options["object"] |= changes.object_server
    # As Swift's own launcher does: where this is read, nobody passes options.
    reserve = utils.config_fallocate_value(options["object"]["fallocate_reserve"])
    utils.FALLOCATE_RESERVE, utils.FALLOCATE_IS_PERCENT = reserve
    return {name: app(options[name]) for name, app in _STORAGE_SERVERS.items()}


def load_proxy(proxy_conf: str) -> Any:
    """The proxy with its pipeline. From a text: PasteDeploy fails on files with a `#` in their path."""
    return loadapp(ConfigString(proxy_conf))


def serve_in_background(listener: socket.socket, app: Any) -> None:
    """Answer requests for as long as this process lives."""
    eventlet.spawn_n(
        wsgi.server,
        GreenSocket(listener),
        app,
        NullLogger(),
        custom_pool=RestrictedGreenPool(size=_MAX_CLIENTS),
        protocol=SwiftHttpProtocol,
        socket_timeout=configuration.CLIENT_TIMEOUT_SECONDS,
        # The case in which Swift writes header names is part of what its clients see.
        capitalize_response_headers=False,
        url_length_limit=constraints.MAX_REQUEST_LINE,
    )


def serve_until_eof(listener: socket.socket, app: Any, lifeline: int) -> None:
    """In a forked process: answer until the holder of the pipe `lifeline`'s other end ends."""
    eventlet.hubs.use_hub(get_hub())
    serve_in_background(listener, app)
    wait_for_eof(lifeline)
    os._exit(0)
