"""The forms that the embedded cluster can take."""

import enum


class Shape(enum.Enum):
    """How many devices hold objects, and whether each has an object server process of its own."""

    SINGLE = "single"
    REPLICATED = "replicated"

    @property
    def object_devices(self) -> tuple[str, ...]:
        """The names of the devices in the object ring."""
        return ("d0",) if self is Shape.SINGLE else ("d1", "d2", "d3", "d4")

    @property
    def object_replicas(self) -> int:
        """How many copies of an object the cluster aims at."""
        return 1 if self is Shape.SINGLE else 3

    @property
    def devices(self) -> tuple[str, ...]:
        """All devices; accounts and containers live on the first, in one copy, in either shape."""
        return ("d0",) if self is Shape.SINGLE else ("d0", *self.object_devices)
