"""The servers of a cluster, composed: storage first, forked where the shape asks for it, then the proxy.

Import this module only after `swift_runtime.prepare`.
"""

import sys
from dataclasses import dataclass

import eventlet

from swift_store.dev import background, configuration, rings, serving
from swift_store.dev.announcement import announce
from swift_store.dev.changes import NO_CHANGES, ProxyChanges
from swift_store.dev.folder import DataFolder, write_private
from swift_store.dev.listeners import Listeners, port_of
from swift_store.dev.object_servers import ObjectServers
from swift_store.dev.shape import Shape
from swift_store.dev.stopping import SignalPipe, stop_on_eof


@dataclass(frozen=True)
class Options:
    """`background_seconds` is the pause between two passes of background work; 0: none at all."""

    shape: Shape
    background_seconds: float
    stop_on_eof: bool
    proxy_changes: ProxyChanges = NO_CHANGES


def run(folder: DataFolder, listeners: Listeners, options: Options) -> None:
    """Start the cluster, announce it on standard output once it answers, and return when asked to stop."""
    _write_rings(folder, options.shape, listeners)
    signals = SignalPipe()
    object_servers = ObjectServers()
    try:
        # Forked before any server runs here: a child must not share a running event loop.
        _serve_storage(folder, options, listeners, object_servers)
        _serve_proxy(folder, options, listeners)
        lines = announce(port_of(listeners.proxy), folder.identity.key, object_servers.running)
        write_private(folder.environ, lines)
        sys.stdout.write(lines)
        sys.stdout.flush()
        if options.stop_on_eof:
            eventlet.spawn_n(stop_on_eof, sys.stdin.fileno())
        signals.wait_for_stop(object_servers.reap)
    finally:
        object_servers.kill()
        folder.environ.unlink(missing_ok=True)


def _write_rings(folder: DataFolder, shape: Shape, listeners: Listeners) -> None:
    first = shape.devices[0]
    rings.write_ring(folder.etc / "account.ring.gz", 1, {first: port_of(listeners.account)})
    rings.write_ring(folder.etc / "container.ring.gz", 1, {first: port_of(listeners.container)})
    object_ports = {device: port_of(listener) for device, listener in listeners.objects.items()}
    rings.write_ring(folder.etc / "object.ring.gz", shape.object_replicas, object_ports)


def _serve_storage(
    folder: DataFolder, options: Options, listeners: Listeners, object_servers: ObjectServers
) -> None:
    apps = serving.load_storage(folder, options.proxy_changes)
    if options.shape is Shape.REPLICATED:
        foreign = (listeners.proxy, listeners.account, listeners.container)
        object_servers.start(listeners.objects, apps["object"], foreign)
    else:
        (listener,) = listeners.objects.values()
        serving.serve_in_background(listener, apps["object"])
    serving.serve_in_background(listeners.account, apps["account"])
    if "container" in options.proxy_changes.down:
        listeners.container.close()
    else:
        serving.serve_in_background(listeners.container, apps["container"])


def _serve_proxy(folder: DataFolder, options: Options, listeners: Listeners) -> None:
    proxy = serving.load_proxy(configuration.proxy_conf(folder, options.shape, options.proxy_changes))
    serving.serve_in_background(listeners.proxy, proxy)
    if options.background_seconds > 0:
        eventlet.spawn_n(background.run_forever, folder, options.shape, options.background_seconds)
