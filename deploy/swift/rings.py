"""Writes Swift's rings: the tables that say on which server a name is stored.

Every container writes them for itself when it starts. The same servers in the same order make the same
rings, so they agree without asking. Whoever changes the servers of a cluster that holds files has to move the
files too: that is what `swift-ring-builder` and the replicators are for, not this.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from swift.common.ring import RingBuilder

# 1024 partitions: enough for a hundred disks.
PART_POWER = 10
MOST_REPLICAS = 3
DEVICE = "d1"
PORTS = {"object": 6200, "container": 6201, "account": 6202}
_SEED = 1


def write_ring(path: Path, servers: Sequence[str], port: int) -> None:
    """Write a ring over SERVERS, host names of one device each; as many replicas as servers, up to three."""
    builder = RingBuilder(PART_POWER, min(len(servers), MOST_REPLICAS), 1)
    for number, name in enumerate(servers):
        builder.add_dev(
            {
                "id": number,
                "region": 1,
                "zone": number + 1,
                "weight": 100.0,
                "ip": name,
                "port": port,
                "replication_ip": name,
                "replication_port": port,
                "device": DEVICE,
                "meta": "",
            }
        )
    builder.rebalance(seed=_SEED)
    builder.get_ring().save(str(path))


def main() -> None:
    """Write all three rings into the folder of the command line, from `SWIFT_ACCOUNT_SERVERS` and so on."""
    folder = Path(sys.argv[1])
    for kind, port in PORTS.items():
        servers = os.environ.get(f"SWIFT_{kind.upper()}_SERVERS", f"swift-{kind}").split()
        write_ring(folder / f"{kind}.ring.gz", servers, port)


if __name__ == "__main__":
    main()
