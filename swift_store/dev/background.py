"""The work that a cluster's daemons do now and then: late listing entries, statistics, expired objects.

Import this module only after `swift_runtime.prepare`.
"""

import time

import eventlet
from swift.common.internal_client import InternalClient
from swift.common.utils import get_logger
from swift.common.wsgi import ConfigString
from swift.container.updater import ContainerUpdater
from swift.obj.expirer import ObjectExpirer
from swift.obj.updater import ObjectUpdater

from swift_store.dev import configuration
from swift_store.dev.folder import DataFolder
from swift_store.dev.shape import Shape


class Daemons:
    """Swift's own daemons, called in the order in which each finds what the one before it has done.

    The object updater brings late entries into the containers, those of the expirer's queue among them; the
    container updater tells the accounts what their containers hold; then the expirer finds its queue.
    """

    def __init__(self, folder: DataFolder, shape: Shape) -> None:
        self._devices = tuple(sorted(str(path) for path in folder.devices.iterdir()))
        self._object_updater = ObjectUpdater(configuration.storage_options(folder, "object-updater"))
        self._container_updater = ContainerUpdater(configuration.storage_options(folder, "container-updater"))
        pipeline = ConfigString(configuration.expirer_conf(folder, shape))
        client = InternalClient(pipeline, "object-expirer", request_tries=1, use_replication_network=True)
        self._expirer = ObjectExpirer(configuration.expirer_options(folder), swift=client)

    def run_once(self) -> None:
        """One pass of each. The updaters' own passes would fork, and their children keep our sockets open."""
        for device in self._devices:
            self._object_updater.begin = time.time()
            self._object_updater.object_sweep(device)
        for partition in self._container_updater.get_paths():
            self._container_updater.container_sweep(partition)
            eventlet.sleep(0)
        self._expirer.run_once()


def run_forever(folder: DataFolder, shape: Shape, interval_seconds: float) -> None:
    """A pause, a pass, and so on; a pass that fails is logged and does not end the next ones."""
    log = get_logger(configuration.storage_options(folder, "background"))
    daemons: Daemons | None = None
    while True:
        eventlet.sleep(interval_seconds)
        try:
            # Made after the first pause: loading their pipeline would delay the start of the cluster.
            daemons = daemons or Daemons(folder, shape)
            daemons.run_once()
        except (Exception, eventlet.Timeout):
            log.exception("the background work failed")
