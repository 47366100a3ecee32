"""What all transfers of a client share."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from direct_upload.client.pace import Pace
from direct_upload.client.site import Site
from direct_upload.client.storage import Storage
from direct_upload.client.values import Patience


@dataclass(frozen=True)
class Means:
    """What transfers need of the world.

    `places`: a segment takes one while it is sent, and none while it is hashed; so the connections don't wait
    for an MD5. `segment_size` is a wish in bytes, None: the site's own.
    """

    site: Site
    storage: Storage
    pace: Pace
    patience: Patience
    stopping: threading.Event
    places: threading.Semaphore
    segment_size: int | None = None
