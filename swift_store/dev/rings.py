"""Swift's rings: the tables that say on which device and port a name is stored."""

from collections.abc import Mapping
from pathlib import Path

from swift.common.ring import RingBuilder, RingData

_PART_POWER = 6
_SEED = 1
_ADDRESS = "127.0.0.1"


def write_ring(path: Path, replicas: int, ports: Mapping[str, int]) -> None:
    """Write a ring of devices (name to port), the first time; later only put the new ports into it.

    What has been stored is found where the ring of that time put it, so placement is never computed again.
    """
    ring = RingData.load(str(path)) if path.exists() else _build(replicas, ports)
    for device in ring.devs:
        device["port"] = device["replication_port"] = ports[device["device"]]
    ring.save(str(path))


def _build(replicas: int, ports: Mapping[str, int]) -> RingData:
    builder = RingBuilder(_PART_POWER, replicas, 1)
    for number, (name, port) in enumerate(ports.items()):
        builder.add_dev(
            {
                "id": number,
                "region": 1,
                "zone": number + 1,
                "weight": 1.0,
                "ip": _ADDRESS,
                "port": port,
                "replication_ip": _ADDRESS,
                "replication_port": port,
                "device": name,
                "meta": "",
            }
        )
    builder.rebalance(seed=_SEED)
    return builder.get_ring()
