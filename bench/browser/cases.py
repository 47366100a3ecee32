"""What is measured: ways of uploading, over kinds of links, with kinds of files. Data only."""

from dataclasses import dataclass, replace
from typing import Final

KB: Final = 1000
MIB: Final = 1 << 20
GIB: Final = 1 << 30
MBIT: Final = 1_000_000


@dataclass(frozen=True)
class Way:
    """One way to bring files into Swift. `page` is its name in the comparison's page; None: it is curl."""

    name: str
    label: str
    page: str | None
    verify: bool = False
    segment_bytes: int | None = None


@dataclass(frozen=True)
class Link:
    """What is between browser and Swift; None everywhere: nothing.

    Rates are in bits a second and hold for uploads; `delay_seconds` is added in each direction.
    """

    total_bits: float | None = None
    connection_bits: float | None = None
    delay_seconds: float = 0.0

    @property
    def is_shaped(self) -> bool:
        return self != LOOPBACK


LOOPBACK: Final = Link()


@dataclass(frozen=True)
class Case:
    """A question: the same files by several ways over one link. Ratios are to the way `reference`.

    `on_disk`: Swift's data are on a disk, as in life; otherwise in memory, where there is room.
    """

    name: str
    link_label: str
    link: Link
    files: int
    file_bytes: int
    ways: tuple[Way, ...]
    reference: str
    on_disk: bool = False

    @property
    def title(self) -> str:
        """What was sent over which link."""
        size = _size(self.file_bytes)
        what = f"{self.files:,} files of {size}" if self.files > 1 else f"A file of {size}"
        return f"{what}, {self.link_label}"


def _size(count: int) -> str:
    for scale, unit in ((GIB, "GiB"), (MIB, "MiB"), (KB, "kB")):
        if count % scale == 0:
            return f"{count // scale} {unit}"
    return f"{count:,} bytes"


CURL: Final = Way("curl", "`curl -T`", None)
VERIFIED: Final = Way("client-verified", "client, verified", "client", verify=True)
UNVERIFIED: Final = Way("client-unverified", "client, unverified", "client")
WHOLE: Final = Way("client-whole", "client, unverified, one segment", "client", segment_bytes=GIB)
SINGLE: Final = Way("single", "one PUT", "single")
UPPY: Final = Way("uppy", "Uppy", "uppy")
UPPY_BIG_PARTS: Final = Way("uppy-32mib", "Uppy, parts of 32 MiB", "uppy", segment_bytes=32 * MIB)

CASES: Final = (
    Case(
        "loopback",
        "nothing between browser and Swift",
        LOOPBACK,
        files=1,
        file_bytes=GIB,
        ways=(CURL, VERIFIED, UNVERIFIED, WHOLE, SINGLE, UPPY, UPPY_BIG_PARTS),
        reference="curl",
    ),
    Case(
        "disk",
        "nothing between browser and Swift, whose data are on a disk",
        LOOPBACK,
        files=1,
        file_bytes=GIB,
        ways=(CURL, VERIFIED, UNVERIFIED),
        reference="curl",
        on_disk=True,
    ),
    Case(
        "small-files",
        "nothing between browser and Swift",
        LOOPBACK,
        files=1000,
        file_bytes=10 * KB,
        ways=(VERIFIED, UPPY),
        reference="uppy",
    ),
    Case(
        "gigabit",
        "1 Gbit/s",
        Link(total_bits=1000 * MBIT),
        files=1,
        file_bytes=GIB,
        ways=(VERIFIED, UNVERIFIED),
        reference="client-unverified",
    ),
    Case(
        "distant",
        "20 ms more for a round trip, 100 Mbit/s a connection",
        Link(connection_bits=100 * MBIT, delay_seconds=0.010),
        files=1,
        file_bytes=256 * MIB,
        ways=(VERIFIED, SINGLE),
        reference="single",
    ),
)

# A few seconds in all: to try that everything works, not to learn a figure.
_QUICK_FILES: Final = 20
_QUICK_BYTES: Final = 40 * MIB
QUICK_ROUNDS: Final = 1
ROUNDS: Final = 5


def quick(case: Case) -> Case:
    """The same question with little to send."""
    return replace(case, files=min(case.files, _QUICK_FILES), file_bytes=min(case.file_bytes, _QUICK_BYTES))
